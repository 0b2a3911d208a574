//go:build tamago && amd64

// Package amd64 is the hardware layer for PC-like machines without KVM: QEMU's
// q35 and microvm, in long mode, one processor.
//
//	             device
//	               | line
//	   IOAPIC / LAPIC timer / NMI
//	               | vector
//	vectors.s: save, static stack (IST), rt/irq.Deliver
//	               | wake
//	          rt/task, rt/sched
//
// TamaGo's amd64 package brings the processor up (long mode, page tables, SSE);
// from there on this package does things its own way, because TamaGo handles
// interrupts on the stack of whatever goroutine is running and one at a time.
//
// Memory is mapped one to one; mapping.go says what may be done where, and
// docs/internals.md has it as a table.
//
// Manuals: Intel SDM = 64 and IA-32 Architectures Software Developer's Manual,
// volume 3A, September 2023 (253668-081); ICH9 = Intel I/O Controller Hub 9
// datasheet (316972-004); IOAPIC = 82093AA datasheet (290566-001).
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
