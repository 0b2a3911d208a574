//go:build tamago && arm && usbarmory && !ram1g

package arm

import _ "unsafe"

// The memory of most boards. It must be known before the first instruction of Go, so it
// cannot be found out; the image's DCD sets the memory controller up for as much.
//
//go:linkname ramSize runtime/goos.RamSize
var ramSize uint32 = 512 << 20
