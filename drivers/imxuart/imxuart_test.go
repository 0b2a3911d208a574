//go:build !tamago

package imxuart

import (
	"bytes"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/serial/serialtest"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const base = 0x2020000

// device is the UART, with a level-triggered line that the waker layer masks on delivery.
type device struct {
	fifo       []uint32
	ucr1, ucr4 uint32
	masked     bool

	serialtest.FIFO
}

// threshold is that of the transmit FIFO after a reset (IMX6ULLRM 55.15.9, TXTL).
const threshold = 2

func (d *device) Shift(n int) { d.Take(n) }

func (d *device) Receive() int {
	d.fifo = append(d.fifo, 'x')
	return 1
}

func (d *device) Strikes() bool {
	if !d.asserted() || d.masked {
		return false
	}
	d.masked = true
	return true
}

func (d *device) Transmits() bool { return d.ucr1&ucr1Transmit != 0 }

func (d *device) Read(addr uintptr, _ int) uint64 {
	v := uint32(0)
	switch addr - base {
	case usr2:
		if len(d.fifo) > 0 {
			v = usr2Ready
		}
		if len(d.Out) == 0 {
			v |= usr2Done
		} else {
			d.Shift(d.Each)
		}
	case uts:
		if len(d.Out) == fifo {
			v = utsFull
		}
		d.Shift(d.Each)
	case urxd:
		v, d.fifo = d.fifo[0], d.fifo[1:]
	case ucr1:
		v = d.ucr1
	case ucr4:
		v = d.ucr4
	}
	return uint64(v)
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	switch addr - base {
	case utxd:
		if d.Put(byte(val)) && d.Fast {
			d.Shift(1)
		}
	case ucr1:
		d.ucr1 = uint32(val)
	case ucr4:
		d.ucr4 = uint32(val)
	}
}

func (d *device) asserted() bool {
	return len(d.fifo) > 0 && (d.ucr1&ucr1Receive != 0 || d.ucr4&ucr4Ready != 0) ||
		len(d.Out) < threshold && d.ucr1&ucr1Transmit != 0
}

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
	b.device.ucr1, b.device.ucr4 = 1, 1<<10 // bits that are not ours
	mmio.Fake, b.port.Base = &b.device, base
	irq.Controller.Unmask = func(uint32, bool) { b.device.masked = false }
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.port, (*Port).Poll)
	if err != nil {
		t.Fatal(err)
	}
	b.waker = j.Waker()
	b.exec.Tick()
	b.port.Start()
	return b
}

func (b *bench) interrupt() {
	if b.device.Strikes() {
		b.interrupts++
		b.waker.Wake()
	}
	b.exec.Tick()
}

func TestReceive(t *testing.T) {
	b := newBench(t)
	for _, c := range []byte("hello") {
		b.device.fifo = append(b.device.fifo, 1<<15|uint32(c)) // CHARRDY
	}
	b.interrupt()
	buf := make([]byte, 16)
	if n := b.port.Input.Read(buf); string(buf[:n]) != "hello" {
		t.Fatalf("read %q", buf[:n])
	}
	if b.device.masked {
		t.Error("the line was left masked")
	}
	if b.device.ucr1&1 == 0 || b.device.ucr4&(1<<10) == 0 {
		t.Error("bits of others were changed")
	}
}

func TestErrors(t *testing.T) {
	b := newBench(t)
	b.device.fifo = []uint32{'a', 'b' | urxdOverrun, 'c' | urxdFraming, 'd' | urxdParity, urxdBreak, 'e'}
	b.interrupt()
	buf := make([]byte, 16)
	if n := b.port.Input.Read(buf); string(buf[:n]) != "abe" {
		t.Errorf("read %q: what came with an overrun is good, with another error it is not", buf[:n])
	}
	in := &b.port.Input
	if in.Overruns != 1 || in.FramingErrors != 1 || in.ParityErrors != 1 || in.Breaks != 1 {
		t.Errorf("%d %d %d %d", in.Overruns, in.FramingErrors, in.ParityErrors, in.Breaks)
	}
}

// A full ring closes the receive interrupt, and the reader opens it again; nothing is
// lost on the way.
func TestStall(t *testing.T) {
	b := newBench(t)
	var sent, got []byte
	for i := range 5000 {
		sent = append(sent, byte(i*3))
		b.device.fifo = append(b.device.fifo, uint32(sent[i]))
	}
	for left := len(b.device.fifo); ; left = len(b.device.fifo) {
		b.interrupt()
		if left-len(b.device.fifo) > fifo {
			t.Fatalf("%d bytes in one poll", left-len(b.device.fifo))
		}
		if left == len(b.device.fifo) {
			break
		}
	}
	if b.device.asserted() || len(b.device.fifo) == 0 {
		t.Fatalf("still receiving, %d bytes left", len(b.device.fifo))
	}
	buf := make([]byte, 4096)
	for range 2 {
		n := b.port.Input.Read(buf)
		got = append(got, buf[:n]...)
		for range 5000/fifo + 1 {
			b.interrupt()
		}
	}
	if !bytes.Equal(got, sent) {
		t.Fatalf("%d bytes of %d came through", len(got), len(sent))
	}
}
