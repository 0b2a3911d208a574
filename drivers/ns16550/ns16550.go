//go:build amd64 || !tamago

// Package ns16550 drives the 16550 UART of PCs: reception by interrupt, as a task.
//
// Source: PC16550D data sheet (National Semiconductor, June 1995), section 8.
package ns16550

import (
	"tamagotake/drivers/serial"
	"tamagotake/hal/mmio"
	"tamagotake/rt/task"
)

// Registers, as offsets.
const (
	rbr = 0 // receive buffer
	ier = 1 // interrupt enable
	lsr = 5 // line status

	ierReceive = 1 << 0 // data available, or FIFO time-out
	ierLine    = 1 << 2 // line status: overrun, parity, framing, break

	lsrReady   = 1 << 0
	lsrOverrun = 1 << 1
	lsrParity  = 1 << 2
	lsrFraming = 1 << 3
	lsrBreak   = 1 << 4

	fifo = 16 // bytes that the device holds
)

// Port is one UART. Its line is edge-triggered: the device raises it anew only
// after it has let it go, so a poll that leaves before the device is quiet makes it do so.
type Port struct {
	Input serial.Input
	Base  uint16 // I/O port of the first register
	off   bool   // receive interrupt off, since the ring is full
}

// Poll is the driver: it takes what is in the receive FIFO into Input, and leaves what
// comes meanwhile to the next interrupt, so that a sender that is as fast as it cannot
// hold the processor. It never completes. If it is cancelled the device keeps its
// bytes and its interrupt.
func (p *Port) Poll(cx *task.Context, _ *task.None) task.Poll {
	stalled := false
	for n := 0; ; n++ {
		status := mmio.In8(p.Base + lsr)
		p.count(status)
		if status&lsrReady == 0 {
			break
		}
		if stalled = !p.Input.Room(); stalled {
			break
		}
		if n == fifo {
			p.enable(false)
			break
		}
		p.Input.Push(mmio.In8(p.Base + rbr))
	}
	p.enable(!stalled)
	p.Input.Flush(cx.Waker(), stalled)
	return task.Pending
}

// enable opens or closes the receive interrupt. Opening it while a byte waits
// raises the line again, so nothing is lost in between.
func (p *Port) enable(on bool) {
	if p.off == !on {
		return
	}
	p.off = !on
	if on {
		mmio.Out8(p.Base+ier, ierReceive|ierLine)
	} else {
		mmio.Out8(p.Base+ier, 0)
	}
}

// Start opens the receive interrupt. The line must be registered by then.
func (p *Port) Start() {
	mmio.Out8(p.Base+ier, ierReceive|ierLine)
}

func (p *Port) count(status uint8) {
	if status&(lsrOverrun|lsrParity|lsrFraming|lsrBreak) == 0 {
		return
	}
	if status&lsrOverrun != 0 {
		p.Input.Overruns++
	}
	if status&lsrParity != 0 {
		p.Input.ParityErrors++
	}
	if status&lsrFraming != 0 {
		p.Input.FramingErrors++
	}
	if status&lsrBreak != 0 {
		p.Input.Breaks++
	}
}
