//go:build tamago && arm && usbarmory && ram1g

package arm

import _ "unsafe"

// The memory of the boards with one gigabyte.
//
//go:linkname ramSize runtime/goos.RamSize
var ramSize uint32 = 1 << 30

//lint:ignore U1000 read by start.s
var tooLittleText = "tamagotake: this board has less than 1 GiB of memory; the image of TARGET=usbarmory is for 512 MiB\r\n"
