package block

import "unsafe"

// Alignment of buffers, in bytes: a cache line of either architecture, and more than any
// device here asks for.
const Alignment = 64

// address is where a buffer is, for the device: memory is mapped one to one.
func address(buf []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(buf))) }
