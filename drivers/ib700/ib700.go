//go:build amd64 || !tamago

// Package ib700 drives the watchdog of the IB700 single-board computer: two I/O ports that
// can only be written. Nobody can tell whether it is there.
//
// Source: IB700 User's Manual (IEI), appendix "Watchdog Timer": port 443h enables and
// reloads, with a time in the low four bits; port 441h disables.
package ib700

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Offsets of the ports, and times: the value 15 - n is 2n seconds.
const (
	disable = 0
	enable  = 2

	stepNS   = 2e9
	stepsMax = 15
	mostNS   = stepsMax * stepNS
)

// Dog is the watchdog.
type Dog struct {
	Port  uint16 // 0x441
	value uint8
	on    bool
}

// Start is that of [watchdog.Dog]: from 2 to 30 s, in steps of two.
func (d *Dog) Start(timeoutNS int64) (actualNS int64, err error) {
	if timeoutNS <= 0 || timeoutNS > mostNS {
		return 0, fmt.Errorf("ib700: %w", watchdog.RangeError{LeastNS: stepNS, MostNS: mostNS})
	}
	if d.on {
		return 0, fmt.Errorf("ib700: %w", watchdog.ErrRunning)
	}
	steps := (timeoutNS + stepNS - 1) / stepNS
	d.value, d.on = uint8(stepsMax-steps), true
	d.Feed()
	return steps * stepNS, nil
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
