// Package machine lists the machines that images boot on in QEMU.
package machine

import (
	"fmt"
	"strings"
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
