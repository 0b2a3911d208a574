//go:build tamago && arm && usbarmory && !ram1g

package arm

import _ "unsafe"

// The memory of most boards. It is not found out: the image's DCD sets the memory controller
// up for as much before the first instruction. start.s looks whether it is there.
//
//go:linkname ramSize runtime/goos.RamSize
var ramSize uint32 = 512 << 20

//lint:ignore U1000 read by start.s
var tooLittleText = "tamagotake: this board has less than 512 MiB of memory, and this image is for as much\r\n"
