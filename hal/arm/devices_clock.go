//go:build tamago && arm

package arm

import "github.com/tamagotake/tamagotake/hal/mmio"

// StartClock turns the device's clock on and returns the frequency in Hz, 0 if that cannot be told.
// Thread level.
func (d *Device) StartClock() (hz uint32) {
	mmio.Set(d.clock.register, d.clock.bits)
	switch d.clock.source {
	case peripheral:
		return peripheralHz()
	case card1:
		return startSDClock(1)
	case card2:
		return startSDClock(2)
	}
	return 0
}
