//go:build !tamago

package ns16550

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/serial/serialtest"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const base = 0x3f8

// device is a 16550: two FIFOs of 16 bytes, an interrupt output that is asserted while
// data waits, or the transmit FIFO is empty and the driver was not told, and the interrupt is
// enabled; and the edge that a controller sees of it.
type device struct {
	fifo  []byte
	ier   uint8
	line  bool
	edges int
	error uint8 // line status bits for the next read

	serialtest.FIFO
	empty bool // the transmit FIFO is, and the driver was not told
}

func (d *device) update() {
	line := d.ier&ierReceive != 0 && len(d.fifo) > 0 || d.ier&ierTransmit != 0 && d.empty
	if line && !d.line {
		d.edges++
	}
	d.line = line
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	defer d.update()
	v := uint8(0)
	switch addr - base {
	case lsr:
		v = d.error
		d.error = 0
		if len(d.fifo) > 0 {
			v |= lsrReady
		}
		if len(d.Out) == 0 {
			v |= lsrEmpty | lsrDone
		} else {
			d.Shift(d.Each)
		}
	case rbr:
		v, d.fifo = d.fifo[0], d.fifo[1:]
	}
	return uint64(v)
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	switch addr - base {
	case ier:
		if d.ier&ierTransmit == 0 && uint8(val)&ierTransmit != 0 {
			d.empty = len(d.Out) == 0
		}
		d.ier = uint8(val)
	case thr:
		if !d.Put(byte(val)) {
			break
		}
		d.empty = false
		if d.Fast {
			d.Shift(1)
		}
	}
	d.update()
}

func (d *device) Shift(n int) {
	if d.Take(n) {
		d.empty = len(d.Out) == 0
		d.update()
	}
}

func (d *device) Receive() int { return 1 - len(d.receive([]byte{1})) }

func (d *device) Strikes() bool {
	n := d.edges
	d.edges = 0
	return n > 0
}

func (d *device) Transmits() bool { return d.ier&ierTransmit != 0 }

// receive puts as much of p into the FIFO as it takes and returns the rest.
func (d *device) receive(p []byte) []byte {
	n := min(16-len(d.fifo), len(p))
	d.fifo = append(d.fifo, p[:n]...)
	d.update()
	return p[n:]
}

// bench is a port with its driver on an executor.
type bench struct {
	device device
	port   Port
	exec   sched.Executor
	task   task.Task[task.None]
	waker  task.Waker

	interrupts int
}

func newBench(t interface{ Fatal(...any) }) *bench {
	b := new(bench)
	b.device.Size = fifo
	mmio.Fake, b.port.Base = &b.device, base
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.port, (*Port).Poll)
	if err != nil {
		t.Fatal(err)
	}
	b.waker = j.Waker()
	b.exec.Tick()
	b.port.Start()
	return b
}

// interrupt does what the waker layer does with the edges since the last time.
func (b *bench) interrupt() {
	if b.device.Strikes() {
		b.interrupts++
		b.waker.Wake()
	}
	b.exec.Tick()
}

func TestReceive(t *testing.T) {
	b := newBench(t)
	b.device.receive([]byte("hello"))
	b.interrupt()
	buf := make([]byte, 16)
	if n := b.port.Input.Read(buf); string(buf[:n]) != "hello" {
		t.Fatalf("read %q", buf[:n])
	}
}

// A sender as fast as the driver does not keep a poll from ending, and what it sent
// meanwhile interrupts again.
func TestFlood(t *testing.T) {
	b := newBench(t)
	b.device.fifo = make([]byte, 100) // as if it had filled up meanwhile
	b.device.update()
	for left := 100 - fifo; left > -fifo; left -= fifo {
		b.interrupt()
		if len(b.device.fifo) != max(left, 0) {
			t.Fatalf("%d bytes left, want %d", len(b.device.fifo), left)
		}
	}
}

func TestErrorsAreCounted(t *testing.T) {
	b := newBench(t)
	b.device.error = lsrOverrun | lsrFraming | lsrParity | lsrBreak
	b.device.receive([]byte("x"))
	b.interrupt()
	in := &b.port.Input
	if in.Overruns != 1 || in.FramingErrors != 1 || in.ParityErrors != 1 || in.Breaks != 1 {
		t.Errorf("%d %d %d %d", in.Overruns, in.FramingErrors, in.ParityErrors, in.Breaks)
	}
}

// However bytes come and are read, all come through in order, and the driver is never
// left asleep with bytes in the device and room in the ring.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(t)
		sent := make([]byte, rapid.IntRange(0, 20000).Draw(t, "bytes"))
		for i := range sent {
			sent[i] = byte(i * 7)
		}
		rest := sent
		var got []byte
		buf := make([]byte, 512)
		for idle := 0; len(got) < len(sent); {
			burst := rapid.IntRange(0, 40).Draw(t, "interrupts")
			for range burst {
				rest = b.device.receive(rest)
				b.interrupt()
			}
			n := 0
			if rapid.Bool().Draw(t, "read") || len(rest) == 0 || burst == 0 {
				n = b.port.Input.Read(buf)
				got = append(got, buf[:n]...)
				b.interrupt()
			}
			if idle++; n > 0 || burst > 0 {
				idle = 0
			}
			if idle > 100 {
				t.Fatalf("stuck: %d sent, %d in the device, %d read", len(sent)-len(rest), len(b.device.fifo), len(got))
			}
		}
		if !bytes.Equal(got, sent) {
			t.Fatal("other bytes, or in another order")
		}
	})
}

// A full ring stops the device by its own means, and the reader starts it again.
func TestStall(t *testing.T) {
	b := newBench(t)
	rest := make([]byte, 5000)
	for range 1000 {
		rest = b.device.receive(rest)
		b.interrupt()
	}
	if len(rest) == 0 || b.device.ier != 0 || len(b.device.fifo) != 16 {
		t.Fatalf("%d bytes not taken, interrupt enable %#x, %d in the FIFO", len(rest), b.device.ier, len(b.device.fifo))
	}
	if _, stalls := b.port.Input.Received(); stalls != 1 {
		t.Errorf("%d stalls", stalls)
	}
	b.port.Input.Read(make([]byte, 4096))
	b.interrupt()
	if b.device.ier == 0 || len(b.device.fifo) != 0 {
		t.Fatalf("not started again: interrupt enable %#x, %d in the FIFO", b.device.ier, len(b.device.fifo))
	}
}
