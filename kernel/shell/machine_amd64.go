//go:build tamago

package shell

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// workMemory is how large the requests of a disk bench can be.
const workMemory = 64 << 10

// machineCommands are the commands of this machine only.
var machineCommands = []Command{
	{"pci", "", "the devices on the PCI buses", (*Shell).pci},
}

// pci lists what was found at the start or plugged in since.
func (m *Shell) pci(*coro.Ctx, string) error {
	if !amd64.HasPCI() {
		return errors.New("this machine has no PCI bus")
	}
	m.Printf("%-8s %-9s %5s  %-8s %s\n", "place", "device", "class", "messages", "driven as")
	for _, d := range kernel.PCIDevices() {
		messages, name := "none", "-"
		if at, ok := d.Space.Find(pci.CapMSIX); ok {
			messages = fmt.Sprintf("MSI-X %d", d.Space.At16(at+2)&0x7ff+1)
		} else if _, ok := d.Space.Find(pci.CapMSI); ok {
			messages = "MSI"
		}
		if d.Driven != "" {
			name = d.Driven
		}
		m.Printf("%-8v %04x:%04x  %04x  %-8s %s\n", d.Address, d.Vendor, d.ID, d.Class, messages, name)
	}
	return nil
}
