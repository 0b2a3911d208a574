//go:build amd64 || !tamago

// Package ns16550 drives the 16550 UART of PCs: reception and transmission by interrupt,
// as one task.
//
// Source: PC16550D data sheet (National Semiconductor, June 1995), section 8.
package ns16550

import (
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Registers, as offsets.
const (
	rbr = 0 // receive buffer, read
	thr = 0 // transmitter holding, written
	ier = 1 // interrupt enable
	lsr = 5 // line status

	ierReceive  = 1 << 0 // data available, or FIFO time-out
	ierTransmit = 1 << 1 // transmitter holding register, with FIFOs on the whole FIFO, empty
	ierLine     = 1 << 2 // line status: overrun, parity, framing, break

	lsrReady   = 1 << 0
	lsrOverrun = 1 << 1
	lsrParity  = 1 << 2
	lsrFraming = 1 << 3
	lsrBreak   = 1 << 4
	lsrEmpty   = 1 << 5 // THRE: the transmit FIFO is empty
	lsrDone    = 1 << 6 // TEMT: and nothing is on its way out

	fifo = 16 // bytes that the device holds, either way

	// spinMax bounds the waits for a device that may not be there, in readings of a
	// register: about a second on an ISA bus, where one takes a microsecond; ten thousand
	// times as long as a byte takes at 115,200 bit/s.
	spinMax = 1 << 20
)

// Port is one UART. Its line is edge-triggered: the device raises it anew only
// after it has let it go, so a poll that leaves before the device is quiet makes it do so.
type Port struct {
	Input  serial.Input
	Output serial.Output
	Base   uint16 // I/O port of the first register

	started bool
	ier     uint8 // what the register holds
}

// Poll is the driver: it takes what is in the receive FIFO into Input, fills the transmit
// FIFO from Output if that is empty, and leaves what comes meanwhile to the next
// interrupt, so that a sender that is as fast as it cannot hold the processor. It never
// completes. If it is cancelled the device keeps its bytes and its interrupt.
//
//tamagotake:realtime
func (p *Port) Poll(cx *task.Context) task.Poll {
	status, stalled := p.receive()
	// If the last reading of the status shows nothing that raises the line, it was low
	// then, and what comes later raises it. Otherwise it is let go.
	if status&lsrReady != 0 || p.ier&ierTransmit != 0 && status&lsrEmpty != 0 {
		p.enable(0)
	}
	if status&lsrEmpty != 0 {
		p.send()
	}
	// Turning its interrupt on raises the line for a FIFO that is empty already (8.7), as
	// QEMU's is after each byte.
	enable := uint8(0)
	if !stalled {
		enable = ierReceive | ierLine
	}
	if p.Output.Flush(cx.Waker()) {
		enable |= ierTransmit
	}
	p.enable(enable)
	p.Input.Flush(cx.Waker(), stalled)
	return task.Pending
}

// receive empties the receive FIFO and returns the line status that it read last, and
// whether there was no room for a byte.
func (p *Port) receive() (status uint8, stalled bool) {
	for n := 0; ; n++ {
		status = mmio.In8(p.Base + lsr)
		p.count(status)
		if status&lsrReady == 0 || n == fifo {
			return status, false
		}
		if !p.Input.Room() {
			return status, true
		}
		p.Input.Push(mmio.In8(p.Base + rbr))
	}
}

// send fills the transmit FIFO, which is empty.
func (p *Port) send() {
	for range fifo {
		c, ok := p.Output.Pop()
		if !ok {
			return
		}
		mmio.Out8(p.Base+thr, c)
	}
}

// enable says which interrupts the device makes. What is pending raises the line if it was
// low.
func (p *Port) enable(bits uint8) {
	if p.started && bits != p.ier {
		mmio.Out8(p.Base+ier, bits)
		p.ier = bits
	}
}

// Start opens the interrupts. The line must be registered by then. Thread level.
func (p *Port) Start() {
	saved := platform.MaskInterrupts()
	p.started = true
	p.enable(ierReceive | ierTransmit | ierLine)
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
	for i := 0; i < spinMax && mmio.In8(p.Base+lsr)&lsrDone == 0; i++ {
	}
	platform.RestoreInterrupts(saved)
}

// sendOne sends the oldest byte if the device takes one now.
//
//go:nosplit
func (p *Port) sendOne() (sent bool) {
	saved := platform.MaskInterrupts() // the driver's task does the same
	status := mmio.In8(p.Base + lsr)
	p.count(status) // reading it has cleared the errors
	if status&lsrEmpty != 0 {
		var c byte
		if c, sent = p.Output.Pop(); sent {
			mmio.Out8(p.Base+thr, c)
		}
	}
	platform.RestoreInterrupts(saved)
	return sent
}

//go:nosplit
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
