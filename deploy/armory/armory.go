// Package armory makes the image that the boot ROM of a USB armory loads.
//
//	program (ELF) + registers of the board (cfg) + keys  --->  image (.imx)
package armory

import (
	"bytes"
	"debug/elf"
	"fmt"
	"path/filepath"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/input"
)

// configMax is far more than a board has registers to set up.
const configMax = 1 << 20

// Image is an image, and what a person should know of it.
type Image struct {
	File  []byte
	About string // size, addresses, whether it is signed
}

// IsProgram reports whether a file is a program, from which [Make] makes an image, and not an
// image already.
func IsProgram(file []byte) bool { return bytes.HasPrefix(file, []byte(elf.ELFMAG)) }

// Make makes the image of a program. The configuration is a file for imximage, by its name. The
// image is signed with the keys of a directory, unless that is "".
func Make(config string, program []byte, keys string, way sign.Way) (*Image, error) {
	text, err := input.ReadFile(config, configMax)
	if err != nil {
		return nil, err
	}
	c, err := imx.ParseConfig(filepath.Base(config), text)
	if err != nil {
		return nil, err
	}
	memory, err := image.Flat(program)
	if err != nil {
		return nil, err
	}
	file, err := imx.Build(c, memory)
	if err != nil {
		return nil, err
	}
	return finish(file, keys, way)
}

// Read takes an image that was made before, which is signed now unless keys is "".
func Read(file []byte, keys string, way sign.Way) (*Image, error) {
	if _, err := imx.Parse(file); err != nil {
		return nil, fmt.Errorf("neither a program nor an image that tamagotake imx makes: %w", err)
	}
	return finish(file, keys, way)
}

func finish(file []byte, keys string, way sign.Way) (*Image, error) {
	m, err := imx.Parse(file)
	if err != nil {
		return nil, err
	}
	signed := "not signed"
	switch {
	case keys != "":
		k, err := sign.ReadKeys(keys)
		if err != nil {
			return nil, err
		}
		if file, err = sign.Image(file, k, way); err != nil {
			return nil, err
		}
		signed = "signed"
		if way == sign.USB {
			signed = "signed for USB"
		}
		signed += fmt.Sprintf(", root keys' hash %x", k.SRKHash())
	case m.CSF != 0 && uint32(len(file)) > m.CSF-m.Self:
		signed = "signed before"
	}
	return &Image{file, fmt.Sprintf("%d KiB to %#08x, entry %#08x, %d registers in the DCD, %s",
		len(file)>>10, m.Self, m.Entry, len(m.Writes), signed)}, nil
}
