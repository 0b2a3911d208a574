//go:build tamago && amd64

package amd64

import (
	"bytes"

	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

// configurationSize is for start.s.
const configurationSize = bootconfig.Size

// commandLineText returns where start.s leaves the command line, up to a zero byte.
func commandLineText() *[4096]byte

// CommandLine returns the text that the loader has for the program: QEMU's -append, or what follows
// the image's name in GRUB's configuration. It has at most 4,095 bytes; more is cut off.
func CommandLine() string {
	text, _, _ := bytes.Cut(commandLineText()[:], []byte{0})
	return string(text)
}

// Configuration returns the image's own configuration block, for when the loader has no command
// line.
func Configuration() *[configurationSize]byte
