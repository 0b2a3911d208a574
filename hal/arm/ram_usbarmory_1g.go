//go:build tamago && arm && usbarmory && ram1g

package arm

import _ "unsafe"

// The memory of the boards with one gigabyte.
//
//go:linkname ramSize runtime/goos.RamSize
var ramSize uint32 = 1 << 30
