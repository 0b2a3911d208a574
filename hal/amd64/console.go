//go:build tamago && amd64

package amd64

import (
	"tamagotake/hal/mmio"
	_ "unsafe"
)

// COM1 is the I/O port of the first serial port, a 16550.
const COM1 = 0x3f8

const (
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
	lsrTHRE    = 1 << 5
)

// initConsole sets the port up: 115200 8N1, FIFOs on and empty, no interrupts yet.
// The receive interrupt comes at 14 bytes of 16, or when nothing has followed for the
// time of four (PC16550D 8.4, 8.5).
func initConsole() {
	mmio.Out8(uartIER, 0)
	mmio.Out8(uartLCR, lcrDivisor|lcr8N1)
	mmio.Out8(uartDLL, divisor)
	mmio.Out8(uartDLM, 0)
	mmio.Out8(uartLCR, lcr8N1)
	mmio.Out8(uartFCR, 0b11_000_111) // trigger at 14, clear both, enable
	mmio.Out8(uartMCR, 0b1011)       // DTR, RTS, and OUT2, which lets the interrupt through
}

// printk writes one byte and waits for the port, with a bound: a port that is not
// there must not stop the kernel. Any level.
//
//go:nosplit
//go:linkname printk runtime/goos.Printk
func printk(c byte) {
	if c == '\n' {
		putc('\r')
	}
	putc(c)
}

//go:nosplit
func putc(c byte) {
	const spinMax = 1 << 20
	for i := 0; i < spinMax && mmio.In8(uartLSR)&lsrTHRE == 0; i++ {
	}
	mmio.Out8(uartTHR, c)
}
