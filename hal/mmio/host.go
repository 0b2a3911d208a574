//go:build !tamago

package mmio

// Device is what stands for a machine's devices in tests on the host. Addresses are those
// of registers, or I/O ports; size is in bytes.
type Device interface {
	Read(addr uintptr, size int) uint64
	Write(addr uintptr, size int, val uint64)
}

// Fake is the device that all accesses go to. A test sets it.
var Fake Device

func Read8(addr uintptr) uint8       { return uint8(Fake.Read(addr, 1)) }
func Read16(addr uintptr) uint16     { return uint16(Fake.Read(addr, 2)) }
func Read32(addr uintptr) uint32     { return uint32(Fake.Read(addr, 4)) }
func Read64(addr uintptr) uint64     { return Fake.Read(addr, 8) }
func Write8(addr uintptr, val uint8) { Fake.Write(addr, 1, uint64(val)) }
func Write16(addr uintptr, v uint16) { Fake.Write(addr, 2, uint64(v)) }
func Write32(addr uintptr, v uint32) { Fake.Write(addr, 4, uint64(v)) }
func Write64(addr uintptr, v uint64) { Fake.Write(addr, 8, v) }
func In8(port uint16) uint8          { return uint8(Fake.Read(uintptr(port), 1)) }
func Out8(port uint16, val uint8)    { Fake.Write(uintptr(port), 1, uint64(val)) }
func Out16(port uint16, val uint16)  { Fake.Write(uintptr(port), 2, uint64(val)) }
func In32(port uint16) uint32        { return uint32(Fake.Read(uintptr(port), 4)) }
func Out32(port uint16, val uint32)  { Fake.Write(uintptr(port), 4, uint64(val)) }
