//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	returns    = 0xc3c3c3c3c3c3c3c3 // ret
	pageTable  = 0x140000
	vectorPage = 0x130000
	vectorName = "interrupt gates"
)

var guards = []struct {
	page  uintptr
	stack string
}{{0x110000, "real-time"}, {0x115000, "NMI"}, {0x11a000, "exception"}, {0x11f000, "double fault"}, {0x124000, "nested"}}

// readByte waits for a byte from the console.
func readByte() byte {
	const data, status, ready = amd64.COM1, amd64.COM1 + 5, 1
	for mmio.In8(status)&ready == 0 {
	}
	return mmio.In8(data)
}
