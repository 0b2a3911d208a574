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
	uartFCR = COM1 + 2
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
)

// early is the byte that had been received before the port was set up, if there was
// one: typed ahead, or the first of what a pipe sends.
var early struct {
	c  byte
	ok bool
}

// initConsole sets the port up: 115200 8N1, FIFOs on and empty, no interrupts yet.
// The receive interrupt comes at 14 bytes of 16, or when nothing has followed for the
// time of four (PC16550D 8.4, 8.5).
//
// Turning the FIFOs on clears the receiver. So that nothing is lost by that, the byte
// in it is read first, and the receiver is off the line meanwhile, as it is in loop
// mode.
func initConsole() {
	mmio.Out8(uartIER, 0)
	mmio.Out8(uartMCR, mcrLoop)
	if mmio.In8(uartLSR)&lsrReady != 0 {
		early.c, early.ok = mmio.In8(uartRBR), true
	}
	mmio.Out8(uartLCR, lcrDivisor|lcr8N1)
	mmio.Out8(uartDLL, divisor)
	mmio.Out8(uartDLM, 0)
	mmio.Out8(uartLCR, lcr8N1)
	mmio.Out8(uartFCR, 0b11_000_111) // trigger at 14, clear both, enable
	mmio.Out8(uartMCR, mcrNormal)
	if mmio.In8(uartLSR)&lsrReady == 0 {
		mmio.In8(uartRBR) // tells QEMU that there is room again
	}
}

// EarlyByte returns the byte that had been received before the port was set up, once.
func EarlyByte() (c byte, ok bool) {
	c, ok = early.c, early.ok
	early.ok = false
	return c, ok
}

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

// putc writes to the port and waits for it, with a bound: a port that is not there must
// not stop the kernel.
//
//go:nosplit
func putc(c byte) {
	const spinMax = 1 << 20
	for i := 0; i < spinMax && mmio.In8(uartLSR)&lsrTHRE == 0; i++ {
	}
	mmio.Out8(uartTHR, c)
}
