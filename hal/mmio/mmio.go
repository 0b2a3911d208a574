// Package mmio reads and writes device registers: one access of the width that
// the name says, in program order, never merged and never left out.
//
// They are assembly because that is the only promise Go gives: the compiler may
// drop the first of two plain stores to one address, and the stores of
// sync/atomic are exchanges on amd64, which read the device before they write.
//
// Any level may call these: they do nothing but the access.
package mmio

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
