//go:build tamago

package mmio

// In8 reads the I/O port.
func In8(port uint16) uint8

// Out8 writes the I/O port.
func Out8(port uint16, val uint8)

// Out16 writes the I/O port.
func Out16(port uint16, val uint16)

// In32 reads the I/O port.
func In32(port uint16) uint32

// Out32 writes the I/O port.
func Out32(port uint16, val uint32)
