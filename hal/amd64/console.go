//go:build tamago && amd64

package amd64

import (
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/mmio"
	_ "unsafe"
)

// COM1 is the I/O port of the first serial port, a 16550.
const COM1 = 0x3f8

const (
	uartRBR = COM1 + 0
	uartTHR = COM1 + 0
	uartIER = COM1 + 1
	uartLCR = COM1 + 3
	uartMCR = COM1 + 4
	uartLSR = COM1 + 5

	uartDLL = COM1 + 0 // with lcrDivisor
	uartDLM = COM1 + 1

	divisor    = 1 // 115200
	lcrDivisor = 1 << 7
	lcr8N1     = 0b11
	lsrReady   = 1 << 0
	lsrTHRE    = 1 << 5

	mcrLoop   = 1 << 4
	mcrNormal = 0b1011 // DTR, RTS, and OUT2, which lets the interrupt through

	fifo = 16
	mark = 0 // no terminal sends it unasked

	// spinMax bounds the waits for a port: one that is not there must not stop the kernel.
	spinMax = 1 << 20
)

// early is what had been received before the port was set up: typed ahead, or the first of
// what a pipe sends.
var early struct {
	bytes [1 + fifo]byte
	n     int
}

// initConsole sets the port up: 115200 8N1, FIFOs on, no interrupts yet. The receive
// interrupt comes at 14 bytes of 16, or when nothing has followed for the time of four
// (PC16550D 8.4, 8.5).
//
// Turning the FIFOs on clears the receiver. So that nothing is lost by that, the byte in it
// is read just before, and the receiver is off the line meanwhile, as it is in loop mode.
// QEMU takes that less strictly: it may receive in loop mode too, so [startFIFO] leaves no
// time between the two; and what it has held back comes only when a byte has been read
// that was there, outside of loop mode. The port sends itself one for that.
func initConsole() {
	mmio.Out8(uartIER, 0)
	mmio.Out8(uartMCR, mcrLoop)
	mmio.Out8(uartLCR, lcrDivisor|lcr8N1)
	mmio.Out8(uartDLL, divisor)
	mmio.Out8(uartDLM, 0)
	mmio.Out8(uartLCR, lcr8N1)
	if status, c := startFIFO(); status&lsrReady != 0 {
		keepEarly(c)
	}
	mmio.Out8(uartTHR, mark)
	for i := 0; i < spinMax && mmio.In8(uartLSR)&lsrReady == 0; i++ {
	}
	mmio.Out8(uartMCR, mcrNormal)
	for i := 0; i < fifo && mmio.In8(uartLSR)&lsrReady != 0; i++ {
		c := mmio.In8(uartRBR)
		if c == mark {
			break
		}
		keepEarly(c)
	}
}

// startFIFO reads the line status and the receiver, which holds a byte if the status says
// so, and turns the FIFOs on.
func startFIFO() (status, c uint8)

func keepEarly(c byte) {
	early.bytes[early.n] = c
	early.n++
}

// Early returns what had been received before the port was set up.
func Early() []byte { return early.bytes[:early.n] }

// printk writes one byte: by the console's driver, once there is one; see
// [hal.SetConsole]. Any level.
//
//go:nosplit
//go:linkname printk runtime/goos.Printk
func printk(c byte) {
	if c == '\n' {
		put('\r')
	}
	put(c)
}

//go:nosplit
func put(c byte) {
	if !hal.Print(c) {
		putc(c)
	}
}

// putc writes to the port and waits for it, with a bound.
//
//go:nosplit
func putc(c byte) {
	for i := 0; i < spinMax && mmio.In8(uartLSR)&lsrTHRE == 0; i++ {
	}
	mmio.Out8(uartTHR, c)
}
