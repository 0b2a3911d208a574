//go:build tamago

package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/hal/amd64"
)

// machineCommands are the commands of this machine only.
var machineCommands = []command{
	{"pci", "", "the devices on the PCI buses", (*monitor).pci},
}

// pciDevices are those that were found.
var pciDevices []*found

// pci lists what was found at the start or plugged in since. The bus is not looked at
// anew: a device that is in use must not be disturbed.
func (m *monitor) pci(string) {
	if !amd64.HasPCI() {
		m.printf("this machine has no PCI bus\n")
		return
	}
	m.printf("%-8s %-9s %5s  %-8s %s\n", "place", "device", "class", "messages", "driven as")
	for _, d := range pciDevices {
		messages, name := "none", "-"
		if at, ok := d.Space.Find(pci.CapMSIX); ok {
			messages = fmt.Sprintf("MSI-X %d", d.Space.At16(at+2)&0x7ff+1)
		} else if _, ok := d.Space.Find(pci.CapMSI); ok {
			messages = "MSI"
		}
		for _, e := range driving {
			if e.pci == d.Address && e.pci != 0 {
				name = fmt.Sprintf("%s, line %d", e.name, e.intr.line)
			}
		}
		m.printf("%-8v %04x:%04x  %04x  %-8s %s\n", d.Address, d.Vendor, d.ID, d.Class, messages, name)
	}
}
