//go:build amd64 || !tamago

// Package ib700 drives the watchdog of the IB700 single-board computer: two I/O ports that
// can only be written, so a driver cannot tell whether it is there.
//
// Source: IB700 User's Manual (IEI), appendix "Watchdog Timer": port 443h enables and
// reloads, with a time in the low four bits; port 441h disables.
package ib700

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Offsets of the ports, and times: the value 15 - n is 2n seconds.
const (
	disable = 0
	enable  = 2

	step     = 2 * time.Second
	stepsMax = 15
	most     = stepsMax * step
)

// Dog is the watchdog.
type Dog struct {
	Port  uint16 // 0x441
	value uint8
	on    bool
}

// Start is that of [watchdog.Dog]: from 2 to 30 s, in steps of two.
func (d *Dog) Start(timeout time.Duration) (actual time.Duration, err error) {
	if timeout <= 0 || timeout > most {
		return 0, drivers.Errorf("ib700", "%w", watchdog.RangeError{Least: step, Most: most})
	}
	if d.on {
		return 0, drivers.Errorf("ib700", "%w", watchdog.ErrRunning)
	}
	steps := (timeout + step - 1) / step
	d.value, d.on = uint8(stepsMax-steps), true
	d.Feed()
	return steps * step, nil
}

// Feed is that of [watchdog.Dog].
func (d *Dog) Feed() {
	if d.on {
		mmio.Out8(d.Port+enable, d.value)
	}
}

// Stop is that of [watchdog.Dog].
func (d *Dog) Stop() error {
	mmio.Out8(d.Port+disable, 0)
	d.on = false
	return nil
}
