//go:build tamago && arm

package arm

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

const (
	semiGetCommandLine = 0x15
	commandLineSize    = 4096
)

// commandLineText returns the place for the command line, up to a zero byte. What the image has
// there is for when nothing else is told.
func commandLineText() *[commandLineSize]byte

// commandLineProgram is the name of the program at the beginning of a command line that is for it.
const commandLineProgram = "tamagotake"

// initCommandLine asks the emulator for a command line: QEMU's -semihosting-config
// enable=on,arg=tamagotake,arg="the rest". Without arg QEMU tells the name of the image's file,
// which is no command line.
func initCommandLine() {
	if imx6ul.Native {
		return
	}
	var asked [commandLineSize]byte
	block := [2]uint32{uint32(uintptr(unsafe.Pointer(&asked))), uint32(len(asked))}
	calling = callAsk
	answer := semihosting(semiGetCommandLine, uint32(uintptr(unsafe.Pointer(&block))))
	calling = 0
	if answer != 0 {
		return
	}
	text, _, _ := bytes.Cut(asked[:], []byte{0})
	if line, ok := strings.CutPrefix(string(text), commandLineProgram+" "); ok && line != "" {
		own := commandLineText()
		clear(own[copy(own[:len(own)-1], line):])
	}
}

// CommandLine returns the text that there is for the program: of the emulator, or else of the
// image. It has at most 4,095 bytes.
func CommandLine() string {
	text, _, _ := bytes.Cut(commandLineText()[:], []byte{0})
	return string(text)
}
