package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// boardTarget is a board that a program can be built for. QEMU emulates each as the machine of that name.
type boardTarget struct {
	machine.Machine
	config string // of its registers, in TamaGo's module
}

const armoryConfigs = "board/usbarmory/mk2"

var boards = []boardTarget{
	{machine.USBArmory, armoryConfigs + "/imximage.cfg"},
	{machine.USBArmory1G, armoryConfigs + "/imximage-1gb.cfg"},
}

// boardFlag is the flag of commands that build a program to be started otherwise than by QEMU.
func (k *call) boardFlag(b *compile, board string) {
	k.flags.StringVar(&b.board, "board", board, "`board` to build for, with its processor and tags: usbarmory, or usbarmory-1g with one gigabyte of memory")
}

// chooseBoard has the board of -board decide the processor and add to the build tags.
func (k *call) chooseBoard(b *compile) (*boardTarget, error) {
	if b.board == "" {
		return nil, nil
	}
	var names []string
	for i := range boards {
		on := &boards[i]
		names = append(names, on.Name)
		if on.Name != b.board {
			continue
		}
		if k.isSet("arch") && b.arch != on.Arch {
			return nil, fmt.Errorf("%s: the processor of %s is %s: leave out -arch %s", k.name, on.Name, on.Arch, b.arch)
		}
		b.arch = on.Arch
		b.tags = strings.Trim(b.tags+","+on.Tags, ",")
		return on, nil
	}
	return nil, fmt.Errorf("%s: no board %q: there are %s", k.name, b.board, strings.Join(names, " and "))
}

// tamago is the module that ships the registers of boards.
const tamago = "github.com/usbarmory/tamago"

// configFile finds the board's registers in the version of TamaGo that the module here requires.
func (on *boardTarget) configFile(b *compile) (string, error) {
	// A vendor directory has only what is compiled.
	cmd := exec.Command("go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", tamago)
	b.show(cmd)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("the registers of %s are in module %s: %w; do this in the program's module, or name the file: -cfg FILE", on.Name, tamago, err)
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("the registers of %s are in module %s, which is not here: go mod download %s fetches it", on.Name, tamago, tamago)
	}
	return filepath.Join(dir, filepath.FromSlash(on.config)), nil
}
