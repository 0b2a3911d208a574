// Package imxuart drives the UART of NXP i.MX chips: reception by interrupt, as a
// task. TamaGo's driver sets the port up and polls; its register names are used
// here.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM),
// chapter 55.
package imxuart

import (
	"tamagotake/drivers/serial"
	"tamagotake/hal/line"
	"tamagotake/hal/mmio"
	"tamagotake/rt/task"
)

// Registers, as offsets from the port's base (IMX6ULLRM 55.15).
const (
	urxd = 0x00
	ucr1 = 0x80
	ucr4 = 0x8c
	usr2 = 0x98

	urxdBreak   = 1 << 11
	urxdParity  = 1 << 10
	urxdFraming = 1 << 12
	urxdOverrun = 1 << 13
	urxdErrors  = urxdBreak | urxdParity | urxdFraming | urxdOverrun

	ucr1Receive = 1 << 9 // RRDYEN: interrupt when the FIFO is at its threshold
	ucr4Ready   = 1 << 0 // DREN: interrupt when there is any byte
	usr2Ready   = 1 << 0 // RDR

	fifo = 32 // bytes that the device holds (55.4.3)
)

// Port is one UART. Its line is level-triggered and masked when it is delivered;
// the driver opens it again.
type Port struct {
	Input serial.Input
	Base  uintptr // address of the first register
	Line  uint32
	off   bool // receive interrupt off, since the ring is full
}

// Poll is the driver: it takes what is in the receive FIFO into Input, and leaves what
// comes meanwhile to the next interrupt, so that a sender that is as fast as it cannot
// hold the processor. It never completes. If it is cancelled the device keeps its
// bytes, and its line stays masked.
func (p *Port) Poll(cx *task.Context, _ *task.None) task.Poll {
	stalled := false
	for range fifo {
		if mmio.Read32(p.Base+usr2)&usr2Ready == 0 {
			break
		}
		if !p.Input.Room() {
			stalled = true
			break
		}
		c := mmio.Read32(p.Base + urxd)
		if c&urxdErrors != 0 {
			p.count(c)
			if c&(urxdBreak|urxdParity|urxdFraming) != 0 {
				continue // what came with these is not what was sent
			}
		}
		p.Input.Push(byte(c))
	}
	p.enable(!stalled)
	p.Input.Flush(cx.Waker(), stalled)
	line.Unmask(p.Line)
	return task.Pending
}

// enable opens or closes the receive interrupt.
func (p *Port) enable(on bool) {
	if p.off == !on {
		return
	}
	p.off = !on
	p.set(on)
}

// Start opens the receive interrupt. The line must be registered by then.
func (p *Port) Start() { p.set(true) }

func (p *Port) set(on bool) {
	c1, c4 := mmio.Read32(p.Base+ucr1)&^ucr1Receive, mmio.Read32(p.Base+ucr4)&^ucr4Ready
	if on {
		c1 |= ucr1Receive
		c4 |= ucr4Ready
	}
	mmio.Write32(p.Base+ucr1, c1)
	mmio.Write32(p.Base+ucr4, c4)
}

func (p *Port) count(c uint32) {
	if c&urxdOverrun != 0 {
		p.Input.Overruns++
	}
	if c&urxdParity != 0 {
		p.Input.ParityErrors++
	}
	if c&urxdFraming != 0 {
		p.Input.FramingErrors++
	}
	if c&urxdBreak != 0 {
		p.Input.Breaks++
	}
}
