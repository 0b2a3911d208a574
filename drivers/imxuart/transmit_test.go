//go:build !tamago

package imxuart

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// writer is a task that writes text, waiting where there is no room.
type writer struct {
	bench *bench
	task  task.Task[task.None]
	waker task.Waker
	text  []byte // still to be written
}

func (w *writer) poll(_ *task.None, cx *task.Context) task.Poll {
	out := &w.bench.port.Output
	for {
		w.text = w.text[out.Write(w.text):]
		if len(w.text) == 0 || out.Poll(cx) == task.Pending {
			return task.Pending
		}
	}
}

func newWriter(t interface{ Fatal(...any) }, b *bench) *writer {
	w := &writer{bench: b}
	j, err := sched.Spawn(&b.exec, &w.task, nil, w.poll)
	if err != nil {
		t.Fatal(err)
	}
	w.waker = j.Waker()
	b.exec.Tick()
	return w
}

// write gives the writer more, and wakes it only if it does not wait for room.
func (w *writer) write(p []byte) {
	waiting := len(w.text) > 0
	w.text = append(w.text, p...)
	if !waiting {
		w.waker.Wake()
	}
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i * 7)
	}
	return p
}

// A short text needs no interrupt: it is in the FIFO before Write returns.
func TestShortText(t *testing.T) {
	b := newBench(t)
	b.interrupt() // of Start
	b.interrupts = 0
	w := newWriter(t, b)
	w.write([]byte("hello"))
	b.interrupt()
	if string(b.device.out) != "hello" {
		t.Fatalf("%q in the FIFO", b.device.out)
	}
	b.device.shift(5)
	b.interrupt()
	if b.interrupts != 0 || b.device.ucr1&ucr1Transmit != 0 {
		t.Errorf("%d interrupts, control %#x", b.interrupts, b.device.ucr1)
	}
}

// A long one takes one interrupt for each full FIFO, on a device that takes its time and on
// one that takes none.
func TestInterruptsPerFIFO(t *testing.T) {
	for _, fast := range []bool{false, true} {
		const fifos = 20
		b := newBench(t)
		b.interrupt()
		b.interrupts = 0
		b.device.fast = fast
		w := newWriter(t, b)
		w.write(pattern(fifos * fifo))
		for range 3 * fifos {
			b.interrupt()
			b.device.shift(fifo)
		}
		if b.interrupts != fifos-1 || !bytes.Equal(b.device.sent, pattern(fifos*fifo)) {
			t.Errorf("fast %v: %d interrupts, %d bytes sent", fast, b.interrupts, len(b.device.sent))
		}
		if b.device.overruns != 0 {
			t.Errorf("%d bytes written to a full FIFO", b.device.overruns)
		}
	}
}

// However texts are written, printed and sent, and whatever comes in meanwhile, all come
// out in order, and neither the writer nor the driver is left asleep.
func TestAllComesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(t)
		b.device.fast = rapid.Bool().Draw(t, "fast")
		w := newWriter(t, b)
		var written []byte // in the order of the ring
		next := byte(0)
		text := func(n int) []byte {
			p := make([]byte, n)
			for i := range p {
				p[i] = next
				next++
			}
			return p
		}
		input := 0
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				p := text(rapid.SampledFrom([]int{1, 15, 16, 17, 100, 3000, 9000}).Draw(t, "n"))
				written = append(written, p...)
				w.write(p)
			},
			"print": func(t *rapid.T) {
				if len(w.text) > 0 {
					t.Skip("it would go before what the writer has")
				}
				b.interrupt()
				b.device.each = 1 // the device goes on while it is waited for
				for _, c := range text(rapid.SampledFrom([]int{1, 20, 5000}).Draw(t, "n")) {
					written = append(written, c)
					b.port.Print(c)
				}
				b.device.each = 0
			},
			"drain": func(t *rapid.T) {
				b.device.each = 1
				b.port.Drain()
				b.device.each = 0
				if len(b.device.out) != 0 {
					t.Fatalf("%d bytes are in the FIFO", len(b.device.out))
				}
			},
			"shift":   func(t *rapid.T) { b.device.shift(rapid.IntRange(1, fifo).Draw(t, "n")) },
			"receive": func(t *rapid.T) { b.device.fifo = append(b.device.fifo, 'x'); input++ },
			"":        func(t *rapid.T) { b.interrupt() },
		})
		for range (len(written)+fifo-1)/fifo*2 + 4 {
			b.device.shift(fifo)
			b.interrupt()
		}
		if !bytes.Equal(b.device.sent, written) {
			t.Fatalf("%d bytes came out of %d, or others", len(b.device.sent), len(written))
		}
		if b.device.overruns != 0 {
			t.Fatalf("%d bytes written to a full FIFO", b.device.overruns)
		}
		got := 0
		for range input {
			got += b.port.Input.Read(make([]byte, 1))
			b.interrupt()
		}
		if got != input {
			t.Fatalf("%d bytes received of %d", got, input)
		}
		if s := b.port.Output.Stat(); s.Abandoned != 0 || s.Bytes != uint64(len(written)) {
			t.Fatalf("%+v for %d bytes", s, len(written))
		}
	})
}

// A device that sends nothing: the writer waits, as it does for flow control, and can be
// given up; what cannot wait gives up after a bounded time and is counted.
func TestSilentDevice(t *testing.T) {
	b := newBench(t)
	b.device.dead = true
	w := newWriter(t, b)
	w.write(pattern(5000))
	for range 10 {
		b.interrupt()
	}
	if len(w.text) != 5000-4096 { // the FIFO's are not half a ring
		t.Fatalf("%d bytes are still to be written", len(w.text))
	}
	if b.port.Output.Stat().Waits == 0 {
		t.Error("no wait was counted")
	}
	for range fifo + 1 { // one more than there is room for
		b.port.Print('x')
	}
	if s := b.port.Output.Stat(); s.Abandoned != 1 {
		t.Errorf("%+v after a byte that there is no room for", s)
	}
	b.port.Drain()
	if s := b.port.Output.Stat(); s.Abandoned != 1+4096 || !b.port.Output.Empty() {
		t.Errorf("%+v after Drain", s)
	}
}

// The way of a byte through the driver allocates nothing, either way.
func TestNoAllocation(t *testing.T) {
	b := newBench(t)
	d := &echo{}
	mmio.Fake = d
	p := []byte{'x'}
	if n := testing.AllocsPerRun(100, func() {
		b.port.Output.Write(p)
		d.waiting = usr2Ready
		b.waker.Wake()
		b.exec.Tick()
		b.port.Input.Read(p)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if d.written == 0 || d.read == 0 {
		t.Error("no byte went through")
	}
}

// echo is a device that allocates nothing itself: one byte waits, then none.
type echo struct {
	waiting       uint64
	read, written int
}

func (e *echo) Read(addr uintptr, _ int) uint64 {
	switch addr - base {
	case usr2:
		return e.waiting
	case urxd:
		e.read++
		e.waiting = 0
		return 'x'
	}
	return 0
}

func (e *echo) Write(addr uintptr, _ int, _ uint64) {
	if addr-base == utxd {
		e.written++
	}
}
