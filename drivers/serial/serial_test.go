package serial

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/rt/task"
)

// The ring against a slice: what is pushed comes out, once, in order, and Push
// says no exactly when ringSize bytes wait.
func TestInputAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in Input
		var model []byte
		next := byte(0)
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				for range rapid.IntRange(1, ringSize).Draw(t, "n") {
					ok := in.Push(next)
					if ok != (len(model) < ringSize) {
						t.Fatalf("Push said %v with %d bytes waiting", ok, len(model))
					}
					if ok {
						model = append(model, next)
						next++
					}
				}
			},
			"read": func(t *rapid.T) {
				buf := make([]byte, rapid.IntRange(0, ringSize+1).Draw(t, "n"))
				n := in.Read(buf)
				if want := min(len(buf), len(model)); n != want {
					t.Fatalf("Read took %d bytes, want %d", n, want)
				}
				if string(buf[:n]) != string(model[:n]) {
					t.Fatal("other bytes, or in another order")
				}
				model = model[n:]
			},
			"": func(t *rapid.T) {
				if in.Room() != (len(model) < ringSize) {
					t.Fatalf("Room is %v with %d bytes waiting", in.Room(), len(model))
				}
			},
		})
	})
}

// A reader is woken by what comes, and finds it Ready.
func TestInputPoll(t *testing.T) {
	var in Input
	reader := newCounter(t)
	if reader.poll(&in) != task.Pending {
		t.Error("Ready, and empty")
	}
	in.Push('a')
	if in.Flush(task.Waker{}, false); !reader.take() {
		t.Error("not woken")
	}
	if reader.poll(&in) != task.Ready {
		t.Error("Pending, with a byte to read")
	}
}

// What is sought is found once, wherever in the ring, and what is behind it stays.
func TestSeekAgainstModel(t *testing.T) {
	const sought = 3
	rapid.Check(t, func(t *rapid.T) {
		var in Input
		var model []byte
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				c := rapid.SampledFrom([]byte{sought, 'a', 'b'}).Draw(t, "byte")
				for range rapid.SampledFrom([]int{1, 1, 2, ringSize / 2}).Draw(t, "n") {
					if in.Push(c) {
						model = append(model, c)
					}
				}
			},
			"read": func(t *rapid.T) {
				buf := make([]byte, rapid.IntRange(0, 300).Draw(t, "n"))
				n := in.Read(buf)
				if string(buf[:n]) != string(model[:n]) {
					t.Fatal("other bytes, or in another order")
				}
				model = model[n:]
			},
			"seek": func(t *rapid.T) {
				at := bytes.IndexByte(model, sought)
				if got := in.Seek(sought); got != (at >= 0) {
					t.Fatalf("found: %v, it is at %d of %d", got, at, len(model))
				}
				model = model[at+1:]
			},
		})
	})
}
