//go:build tamago && amd64

package amd64

import (
	"runtime/goos"
	"unsafe"

	"github.com/usbarmory/tamago/dma"
)

// Where the runtime's memory begins. Below it are firmware data and the first
// 4 KiB page, unmapped, so that a nil pointer faults.
//
//go:linkname ramStart runtime/goos.RamStart
var ramStart uint64 = 0x100000

// How much it is: start.s writes this before the runtime reads it.
//
//go:linkname ramSize runtime/goos.RamSize
var ramSize uint64 = 0x4000000

// dmaSize is how much memory is for devices: what TamaGo leaves free above the boot stack.
const dmaSize = 1 << 20

// initDMA takes the end of the runtime's memory for devices. The boot stack stays where it
// is. The processor's caches need no care: on this architecture devices see them.
func initDMA() {
	goos.RamSize -= dmaSize
	goos.RamStackOffset -= dmaSize
	if err := dma.Init(uint(ramStart+ramSize), dmaSize); err != nil {
		panic("amd64: " + err.Error())
	}
}

// at makes a pointer of a physical address. By way of a variable, since the
// address is a constant that no Go object has, and vet is right to ask.
func at[T any](addr uintptr) *T {
	return *(**T)(unsafe.Pointer(&addr))
}
