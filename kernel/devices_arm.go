//go:build tamago

package kernel

import (
	"fmt"

	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/rt/irq"
)

// The devices of the chip are where they are, and stay: there is no bus to ask or to take one off.

// Bus is empty: there is no bus.
type Bus struct{}

// message is nothing: no device interrupts by messages.
type message struct{}

func release(how intr) { _ = how.message }

const noLine = "no line"

// place is which device of the chip it is.
type place struct{ onChip *onChip }

// onChip is a device of the chip, and how often its driver has been started again.
type onChip struct {
	*arm.Device
	restarts int
}

// disable does nothing: a driver leaves its device quiet.
func (e *driven) disable() {}

// again returns what starts the driver again, nil if that was done too often.
func (e *driven) again() func() {
	c := e.onChip
	if c.restarts == restartsMost {
		return nil
	}
	return func() { c.restarts++; startOnChip(c) }
}

func isOnChip(address uintptr) bool { return arm.DeviceAt(address) != nil }

func matchAddress(base uintptr) *match {
	return find(func(m *Match) bool { return base != 0 && m.Address == base })
}

// findDevices starts the drivers that are registered for devices of the chip.
func findDevices() {
	for i := range arm.Devices {
		startOnChip(&onChip{Device: &arm.Devices[i]})
	}
}

// startOnChip turns the device's clock on and starts its driver, if there is one.
func startOnChip(c *onChip) {
	m := matchAddress(c.Base)
	if m == nil {
		return
	}
	d := &Device{Where: fmt.Sprintf("%s at %#x", c.Name, c.Base), Address: c.Base, Line: c.Line, Hz: c.StartClock()}
	if e, err := drive(m, d, place{c}, intr{line: c.Line, trigger: irq.Level}); err != nil {
		e.disconnect()
		deviceError(fmt.Errorf("%s: %w", d.Where, err))
	}
}
