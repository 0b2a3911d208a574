//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/uart"
)

const (
	returns    = 0xe12fff1e // bx lr
	pageTable  = 0x80004000
	vectorPage = 0x80000000
	vectorName = "vectors"
)

var guards = []struct {
	page  uintptr
	stack string
}{{0xf0000000, "real-time"}, {0xf0003000, "interrupt"}, {0xf0006000, "abort"}, {0xf0008000, "undefined instruction"}, {0xf000a000, "other exceptions"}}

// readByte waits for a byte from the console.
func readByte() byte {
	const data, status, ready = arm.ConsoleBase, arm.ConsoleBase + uart.UARTx_USR2, 1 << uart.USR2_RDR
	for mmio.Read32(status)&ready == 0 {
	}
	return byte(mmio.Read32(data))
}
