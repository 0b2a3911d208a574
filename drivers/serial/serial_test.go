package serial

import (
	"testing"

	"pgregory.net/rapid"

	"tamagotake/rt/task"
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
				n := in.Read(task.Waker{}, buf)
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
