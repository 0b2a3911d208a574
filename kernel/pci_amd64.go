//go:build tamago

package kernel

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/pci"
)

// pciDevices are those that were found.
var pciDevices []*found

// PCIDevice is a device on a PCI bus, and what it is driven as, "" if it is not.
type PCIDevice struct {
	*pci.Device
	Driven string
}

// PCIDevices returns what was found at the start or plugged in since. The bus is not looked at
// anew: a device that is in use must not be disturbed.
func PCIDevices() (list []PCIDevice) {
	for _, d := range pciDevices {
		p := PCIDevice{Device: d.Device}
		for _, e := range driving {
			if e.pci == d.Address && e.pci != 0 {
				p.Driven = fmt.Sprintf("%s, line %d", e.Name, e.intr.line)
			}
		}
		list = append(list, p)
	}
	return list
}
