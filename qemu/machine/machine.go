// Package machine lists the machines that images boot on in QEMU.
package machine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tamagotake/tamagotake/internal/words"
)

// Machine is a kind of machine.
type Machine struct {
	Name string
	Arch string
	Tags string // build tags of an image for it
	// QEMU is the command and what it is told of the hardware, but for the console.
	QEMU []string
}

var evk = []string{"qemu-system-arm", "-machine", "mcimx6ul-evk", "-m", "512M", "-semihosting",
	"-nic", "user,restrict=on", "-nic", "user,restrict=on"}

// The machines. The device isa-debug-exit ends QEMU with the status of a program that has failed.
var (
	Q35 = Machine{"q35", "amd64", "", []string{"qemu-system-x86_64", "-machine", "q35", "-cpu", "max", "-m", "64M",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=4"}}
	MicroVM = Machine{"microvm", "amd64", "", []string{"qemu-system-x86_64", "-machine", "microvm", "-cpu", "max", "-m", "64M",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=4"}}
	EVK = Machine{"mcimx6ul-evk", "arm", "", evk}
	// The board has its console on the second serial port, so does its image when emulated.
	USBArmory   = Machine{"usbarmory", "arm", "usbarmory", with(evk, "-serial", "null")}
	USBArmory1G = Machine{"usbarmory-1g", "arm", "usbarmory,ram1g", with(evk, "-serial", "null", "-m", "1G")}

	// All of them; the first of an architecture is its default.
	All = []Machine{Q35, MicroVM, EVK, USBArmory, USBArmory1G}
)

// ProgramStatus is the exit status of a program, given which command QEMU was and its status: 2n + 1
// of n where it is from the device isa-debug-exit. QEMU's own failures are 1.
func ProgramStatus(qemu string, status int) int {
	if qemu == Q35.QEMU[0] && status >= 3 && status%2 == 1 {
		return status / 2
	}
	return status
}

// commandLineMax is what a kernel keeps of a command line, in bytes.
const commandLineMax = 4095

// CommandLine is what QEMU is told for the program to have the arguments; package hal/board says
// what it makes of them.
func (m Machine) CommandLine(arguments []string) ([]string, error) {
	if len(arguments) == 0 {
		return nil, nil
	}
	line := words.Join(arguments)
	switch {
	case len(line) > commandLineMax:
		return nil, fmt.Errorf("the arguments take %d bytes, and a kernel's command line has %d at most", len(line), commandLineMax)
	case strings.Contains(line, "\x00"):
		return nil, errors.New("an argument has a zero byte, where a kernel's command line ends")
	case m.Arch == "amd64":
		return []string{"-append", line}, nil
	}
	return []string{"-semihosting-config", "enable=on,arg=tamagotake,arg=" + strings.ReplaceAll(line, ",", ",,")}, nil
}

// QEMU takes the last of two that say different things.
func with(args []string, more ...string) []string {
	return append(args[:len(args):len(args)], more...)
}

// Lookup returns the machine of that name, or, without one, the default of the architecture. An
// architecture that is not the machine's is an error; "" is any.
func Lookup(name, arch string) (Machine, error) {
	var names []string
	for _, m := range All {
		if arch != "" && m.Arch != arch {
			continue
		}
		if name == "" || m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	switch {
	case len(names) == 0:
		return Machine{}, fmt.Errorf("no target %q: there are amd64 and arm", arch)
	case arch != "":
		return Machine{}, fmt.Errorf("no machine %q for %s: there are %s", name, arch, strings.Join(names, ", "))
	}
	return Machine{}, fmt.Errorf("no machine %q: there are %s", name, strings.Join(names, ", "))
}
