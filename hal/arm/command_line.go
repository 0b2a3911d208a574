//go:build tamago && arm

package arm

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/tamagotake/tamagotake/internal/bootconfig"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

const (
	semiGetCommandLine = 0x15
	commandLineSize    = 4096
	configurationSize  = bootconfig.Size // for cpu.s
)

// commandLine is the emulator's.
var commandLine string

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
	if line, ok := strings.CutPrefix(string(text), commandLineProgram+" "); ok {
		commandLine = line
	}
}

// CommandLine returns the text that the emulator has for the program: at most 4,095 bytes. A board
// has none.
func CommandLine() string { return commandLine }

// Configuration returns the image's own configuration block, for when there is no command line: on
// a board, what the boot ROM has loaded from the card.
func Configuration() *[configurationSize]byte
