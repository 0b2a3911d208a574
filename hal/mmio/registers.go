//go:build tamago

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
