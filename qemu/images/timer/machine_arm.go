//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/arm/gic"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

const (
	lineTimer = arm.LineTimer

	// sectionMaxNS is how long a critical section of the wheel may be; see docs/time.md.
	sectionMaxNS = 1400
)

// lineOther is a line that nothing uses, by which the processor interrupts itself (GIC
// 4.3.15).
const lineOther = 3

func raise(n uint32) { mmio.Write32(imx6ul.GIC_BASE+gic.GICD_OFF+0xf00, 2<<24|n) }

func halt()              { arm.Halt() }
func setBudget(ns int64) { arm.SetBudget(ns) }
