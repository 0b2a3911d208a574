//go:build !tamago

package imxuart

import (
	"testing"

	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/drivers/serial/serialtest"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
)

func TestTransmit(t *testing.T) {
	serialtest.Run(t, serialtest.Subject{New: func() (serialtest.Device, serialtest.Port, *serial.Input, *serial.Output) {
		d, port := new(device), &Port{Base: base}
		d.Size = fifo
		d.ucr1, d.ucr4 = 1, 1<<10
		irq.Controller.Unmask = func(uint32, bool) { d.masked = false }
		mmio.Fake = d
		return d, port, &port.Input, &port.Output
	}})
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
