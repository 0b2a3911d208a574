// Package mmio reads and writes device registers: one access of the width that
// the name says, in program order, never merged and never left out.
//
// They are assembly because that is the only promise Go gives: the compiler may
// drop the first of two plain stores to one address, and the stores of
// sync/atomic are exchanges on amd64, which read the device before they write.
//
// Any level may call these: they do nothing but the access.
package mmio

// Read32 loads from the register at addr.
func Read32(addr uintptr) uint32

// Write32 stores to the register at addr.
func Write32(addr uintptr, val uint32)

// Read8 loads from the register at addr.
func Read8(addr uintptr) uint8

// Write8 stores to the register at addr.
func Write8(addr uintptr, val uint8)

// Read16 loads from the register at addr.
func Read16(addr uintptr) uint16

// Write16 stores to the register at addr.
func Write16(addr uintptr, val uint16)

// Read64 loads from the register at addr; on a 32-bit machine as two halves,
// low first.
func Read64(addr uintptr) uint64

// Write64 stores to the register at addr; on a 32-bit machine as two halves, low
// first.
func Write64(addr uintptr, val uint64)

// Set sets bits of the register at addr. Not atomic: mask interrupts if another
// level changes the same register.
//
//go:nosplit
func Set(addr uintptr, bits uint32) {
	Write32(addr, Read32(addr)|bits)
}

// Clear clears bits of the register at addr. Not atomic, as [Set].
//
//go:nosplit
func Clear(addr uintptr, bits uint32) {
	Write32(addr, Read32(addr)&^bits)
}
