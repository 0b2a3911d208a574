//go:build !tamago

package virtiorng

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtio/virtiotest"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type bench struct {
	t      *testing.T
	device virtiotest.Device
	rng    Device
	exec   sched.Executor
	task   task.Task[task.None]
	waker  task.Waker
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t}
	b.device = virtiotest.Device{Type: virtio.TypeEntropy, Features: 1 << 32}
	b.device.Queues[0].Max = 8
	b.device.Use()
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.rng, (*Device).Poll)
	if err != nil {
		t.Fatal(err)
	}
	b.exec.Tick()
	b.waker = j.Waker()
	b.start()
	return b
}

func (b *bench) start() {
	b.t.Helper()
	tr, _, err := virtio.ProbeMMIO(virtiotest.Base)
	if err == nil {
		err = b.rng.Start(&tr, b.waker)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) interrupt() {
	b.waker.Wake()
	b.exec.Tick()
}

// give answers with n bytes, counting up from first.
func (b *bench) give(n int, first byte) {
	b.t.Helper()
	head, chain, ok := b.device.Take(0)
	if !ok || len(chain) != 1 || !chain[0].Write {
		b.t.Fatalf("%v %+v", ok, chain)
	}
	for i := range n {
		chain[0].Bytes[i] = first + byte(i)
	}
	b.device.Give(0, uint32(head), uint32(n))
	b.interrupt()
}

func (b *bench) read(n int) []byte {
	b.t.Helper()
	p := make([]byte, n)
	n, err := b.rng.Reader().Read(p)
	if err != nil {
		b.t.Fatal(err)
	}
	return p[:n]
}

// Every byte that the device gives comes out once, whatever the sizes.
func TestRead(t *testing.T) {
	b := newBench(t)
	next := byte(0)
	for _, n := range []int{1, 256, 100, 3} {
		if got := b.read(4); len(got) != 0 {
			t.Fatalf("% x out of nothing", got)
		}
		b.read(4) // asks no second time
		b.give(n, next)
		for left := n; left > 0; {
			got := b.read(7)
			if len(got) != min(left, 7) {
				t.Fatalf("%d bytes, want %d", len(got), min(left, 7))
			}
			left -= len(got)
			for _, c := range got {
				if c != next {
					t.Fatalf("byte %d, want %d", c, next)
				}
				next++
			}
		}
	}
	if b.device.Notified != 4 {
		t.Errorf("asked %d times", b.device.Notified)
	}
}

func TestWake(t *testing.T) {
	b := newBench(t)
	var reader task.Task[task.None]
	got := 0
	j, err := sched.Spawn(&b.exec, &reader, nil, func(_ *task.None, cx *task.Context) task.Poll {
		var p [8]byte
		if b.rng.Reader().Poll(cx) == task.Pending {
			return task.Pending
		}
		n, err := b.rng.Reader().Read(p[:])
		if err != nil {
			t.Error(err)
		}
		got += n
		return task.Ready
	})
	if err != nil {
		t.Fatal(err)
	}
	b.exec.Tick()
	b.give(8, 0)
	if !j.Done() || got != 8 {
		t.Errorf("done %v, %d bytes", j.Done(), got)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, want string
		act        func(b *bench)
	}{
		{"no byte", "answered what cannot be, and was reset (used length 0x0)", func(b *bench) { b.device.Give(0, 0, 0) }},
		{"too many", "answered what cannot be, and was reset (used length 0x101)", func(b *bench) { b.device.Give(0, 0, 257) }},
		{"other id", "answered what cannot be", func(b *bench) { b.device.Give(0, 1, 1) }},
		{"needs reset", "asked to be reset (device status 0x4f)", func(b *bench) { b.device.NeedsReset() }},
		{"silence", "did not answer in time, and was reset (seconds 0x1e)", func(b *bench) {
			for range Timeout {
				b.rng.Tick()
			}
		}},
	} {
		b := newBench(t)
		b.read(1)
		c.act(b)
		b.interrupt()
		if _, err := b.rng.Reader().Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		b.read(1)
		b.give(1, 'x')
		if got := b.read(1); string(got) != "x" {
			t.Errorf("%s: afterwards % x", c.name, got)
		}
	}
}

func TestGone(t *testing.T) {
	for name, act := range map[string]func(b *bench){
		"removed":   func(b *bench) { b.rng.Remove() },
		"unplugged": func(b *bench) { b.device.Unplugged = true },
		"stuck":     func(b *bench) { b.device.StuckReset = true; b.device.NeedsReset() },
	} {
		b := newBench(t)
		b.read(1)
		act(b)
		b.interrupt()
		if _, err := b.rng.Reader().Read(make([]byte, 1)); err == nil || b.rng.Present() {
			t.Errorf("%s: %v, present %v", name, err, b.rng.Present())
		}
		b.device.Unplugged, b.device.StuckReset = false, false
		b.start()
		b.read(1)
		b.give(1, 'x')
		if got := b.read(1); string(got) != "x" {
			t.Errorf("%s: afterwards % x", name, got)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBench(t)
	var p [bufferSize]byte
	if n := testing.AllocsPerRun(100, func() {
		if n, err := b.rng.Reader().Read(p[:]); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		b.device.Give(0, 0, bufferSize)
		b.interrupt()
		if n, err := b.rng.Reader().Read(p[:]); n != bufferSize || err != nil {
			t.Fatal(n, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The device's task is over, whatever ended it: the next tick tells the reader and the owner.
func TestTaskEnds(t *testing.T) {
	b := newBench(t)
	woken := map[string]int{}
	watch := func(name string) task.Waker {
		j, err := sched.Spawn(&b.exec, new(task.Task[task.None]), nil, func(_ *task.None, cx *task.Context) task.Poll {
			woken[name]++
			if name == "reader" {
				b.rng.Reader().Poll(cx)
			}
			return task.Pending
		})
		if err != nil {
			t.Fatal(err)
		}
		b.exec.Tick()
		return j.Waker()
	}
	b.rng.Owner = watch("owner")
	buf := make([]byte, 8)
	watch("reader")
	if n, err := b.rng.Reader().Read(buf); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	b.waker.Cancel()
	b.exec.Tick()
	b.rng.Tick()
	b.exec.Tick()
	if _, err := b.rng.Reader().Read(buf); err == nil || b.rng.Present() || woken["owner"] != 2 || woken["reader"] != 2 {
		t.Errorf("%v, present %v, woken %v", err, b.rng.Present(), woken)
	}
}
