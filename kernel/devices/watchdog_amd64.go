//go:build tamago

package devices

import (
	"github.com/tamagotake/tamagotake/drivers/i6300esb"
	"github.com/tamagotake/tamagotake/kernel"
)

func init() {
	kernel.Register(kernel.Match{Vendor: i6300esb.Vendor, ID: i6300esb.ID}, func(found *kernel.Device) (kernel.Driving, error) {
		dog, err := i6300esb.Probe(found.PCI)
		if err == nil {
			kernel.AddWatchdog("i6300esb", dog, dog.Bitten())
		}
		return kernel.Driving{Name: "i6300esb"}, err
	})
}
