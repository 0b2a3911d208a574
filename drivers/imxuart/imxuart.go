// Package imxuart drives the UART of NXP i.MX chips: reception and transmission by
// interrupt, as one task. TamaGo's driver sets the port up and polls; its register names
// are used here.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM),
// chapter 55.
package imxuart

import (
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Registers, as offsets from the port's base (IMX6ULLRM 55.15).
const (
	urxd = 0x00
	utxd = 0x40
	ucr1 = 0x80
	ucr4 = 0x8c
	usr2 = 0x98
	uts  = 0xb4

	urxdBreak   = 1 << 11
	urxdParity  = 1 << 10
	urxdFraming = 1 << 12
	urxdOverrun = 1 << 13
	urxdErrors  = urxdBreak | urxdParity | urxdFraming | urxdOverrun

	ucr1Receive  = 1 << 9  // RRDYEN: interrupt when the FIFO is at its threshold
	ucr1Transmit = 1 << 13 // TRDYEN: interrupt when the transmit FIFO is below its threshold
	ucr4Ready    = 1 << 0  // DREN: interrupt when there is any byte
	usr2Ready    = 1 << 0  // RDR
	usr2Done     = 1 << 3  // TXDC: FIFO and shift register are empty
	utsFull      = 1 << 4  // TXFULL

	fifo = 32 // bytes that the device holds, either way (55.4.3)

	// spinMax bounds the waits for a device that may not be there, in readings of a
	// register: a tenth of a second and more, a thousand times as long as a byte takes at
	// 115,200 bit/s.
	spinMax = 1 << 20
)

// Port is one UART. Its line is level-triggered and masked when it is delivered;
// the driver opens it again.
type Port struct {
	Input  serial.Input
	Output serial.Output
	Base   uintptr // address of the first register
	Line   uint32

	started            bool
	receiving, sending bool // these interrupts are on
}

// Poll is the driver: it takes what is in the receive FIFO into Input, fills the transmit
// FIFO from Output, and leaves what comes meanwhile to the next interrupt, so that a
// sender that is as fast as it cannot hold the processor. It never completes. If it is
// cancelled the device keeps its bytes, and its line stays masked.
//
//tamagotake:realtime
func (p *Port) Poll(cx *task.Context) task.Poll {
	stalled := p.receive()
	p.send()
	sending := p.Output.Flush(cx.Waker())
	if p.started {
		p.enable(!stalled, sending)
		irq.Unmask(p.Line)
	}
	p.Input.Flush(cx.Waker(), stalled)
	return task.Pending
}

// receive empties the receive FIFO and reports whether there was no room for a byte.
func (p *Port) receive() (stalled bool) {
	for range fifo {
		if mmio.Read32(p.Base+usr2)&usr2Ready == 0 {
			break
		}
		if !p.Input.Room() {
			return true
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
	return false
}

// send fills the transmit FIFO.
func (p *Port) send() {
	for range fifo {
		if !p.sendOne() {
			return
		}
	}
}

// enable opens or closes the interrupts.
func (p *Port) enable(receiving, sending bool) {
	if receiving == p.receiving && sending == p.sending {
		return
	}
	p.receiving, p.sending = receiving, sending
	c1 := mmio.Read32(p.Base+ucr1) &^ (ucr1Receive | ucr1Transmit)
	c4 := mmio.Read32(p.Base+ucr4) &^ ucr4Ready
	if receiving {
		c1 |= ucr1Receive
		c4 |= ucr4Ready
	}
	if sending {
		c1 |= ucr1Transmit
	}
	mmio.Write32(p.Base+ucr1, c1)
	mmio.Write32(p.Base+ucr4, c4)
}

// Start opens the interrupts. The line must be registered by then. Thread level.
func (p *Port) Start() {
	saved := platform.MaskInterrupts()
	p.started = true
	p.enable(true, true)
	platform.RestoreInterrupts(saved)
}

// Print puts a byte into Output for who cannot be made to wait, such as the Go runtime:
// if there is no room it sends the oldest by waiting for the device. A byte that the
// device has not made room for after a bounded time is given up. Any level but interrupt
// entry.
//
//go:nosplit
func (p *Port) Print(c byte) {
	for range spinMax {
		if p.Output.Put(c) {
			p.Output.Kick()
			return
		}
		if p.sendOne() {
			p.Output.Polled()
		}
	}
	p.Output.Abandoned(1)
}

// Drain sends what is in Output by waiting for the device, and waits until it has left
// the device: before the machine stops, and before a crash report, which goes around
// Output. What the device has not taken after a bounded time is given up. Any level.
//
//go:nosplit
func (p *Port) Drain() {
	saved := platform.MaskInterrupts()
	for tries := 0; !p.Output.Empty(); tries++ {
		if tries == spinMax {
			p.Output.Abandon()
		}
		if p.sendOne() {
			tries = 0
		}
	}
	for i := 0; i < spinMax && mmio.Read32(p.Base+usr2)&usr2Done == 0; i++ {
	}
	platform.RestoreInterrupts(saved)
}

// sendOne sends the oldest byte if the device takes one now.
//
//go:nosplit
func (p *Port) sendOne() (sent bool) {
	saved := platform.MaskInterrupts() // the driver's task and who prints both do this
	if mmio.Read32(p.Base+uts)&utsFull == 0 {
		var c byte
		if c, sent = p.Output.Pop(); sent {
			mmio.Write32(p.Base+utxd, uint32(c))
		}
	}
	platform.RestoreInterrupts(saved)
	return sent
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
