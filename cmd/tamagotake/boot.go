package main

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/internal/input"
	"github.com/tamagotake/tamagotake/internal/output"
)

var bootCommand = command{
	name: "boot", args: "[-machine NAME] FILE [ARGUMENT...]",
	short: "boot a program that the go command has linked",
	long: `For go test and go run, in the environment of tamagotake env:

	go test -exec 'tamagotake boot' PACKAGES

The program is packed, neither verified nor sealed, and booted in QEMU with the arguments as its
command line; it must import hal/board. Lines of the console end as those of a Unix file do. The exit
status is the program's. The processor is FILE's.`,
	run: func(k *call) error {
		m := k.machineFlags(new(compile))
		k.flags.BoolVar(&m.compile.print, "x", false, "print the commands")
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) == 0 {
			return errors.New("boot: name a program that go build or go test -c has linked")
		}
		return m.bootLinked(k.args[0], k.args[1:])
	},
}

// bootLinked boots a linked program.
func (m *machineFlags) bootLinked(name string, arguments []string) error {
	linked, err := input.ReadFile(name, input.ImageMax)
	if err != nil {
		return err
	}
	if m.compile.arch, err = archOf(linked); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	on, err := m.choose()
	if err != nil {
		return err
	}
	_, stripped, err := image.Pack(linked)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	dir, err := os.MkdirTemp("", "tamagotake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "image.elf")
	if err := output.WriteFile(file, stripped, 0o755); err != nil {
		return err
	}
	// What the go command wants to know of the files that a test has read.
	arguments = slices.DeleteFunc(slices.Clone(arguments), func(a string) bool { return strings.HasPrefix(a, "-test.testlogfile=") })
	out := &lineEnds{to: os.Stdout}
	defer out.flush()
	return m.boot(on, file, out, arguments, "-serial", "stdio")
}

// archOf is the processor of an ELF file.
func archOf(linked []byte) (string, error) {
	file, err := elf.NewFile(bytes.NewReader(linked))
	if err != nil {
		return "", errors.New("not an ELF file")
	}
	switch file.Machine {
	case elf.EM_X86_64:
		return "amd64", nil
	case elf.EM_ARM:
		return "arm", nil
	}
	return "", fmt.Errorf("a program for %v: there are amd64 and arm", file.Machine)
}

// lineEnds takes away the carriage return that the console puts before each line feed.
type lineEnds struct {
	to   io.Writer
	held bool // a carriage return, until it is seen what follows
}

func (l *lineEnds) Write(p []byte) (int, error) {
	var text []byte
	for _, c := range p {
		if l.held && c != '\n' {
			text = append(text, '\r')
		}
		if l.held = c == '\r'; !l.held {
			text = append(text, c)
		}
	}
	if _, err := l.to.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (l *lineEnds) flush() {
	if l.held {
		l.to.Write([]byte{'\r'})
	}
}
