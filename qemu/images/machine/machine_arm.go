//go:build tamago

package machine

import (
	"github.com/usbarmory/tamago/arm/gic"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"

	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	LineTimer = arm.LineTimer

	// Lines that nothing uses: see Raise.
	LineOne   = 2
	LineOther = 3

	// Unmapped is an address that no page is mapped at.
	Unmapped = 0xf00ffff0
)

// Raise has the processor interrupt itself on a line, at once (GIC 4.3.15: GICD_SGIR, to itself).
func Raise(line uint32) { mmio.Write32(imx6ul.GIC_BASE+gic.GICD_OFF+0xf00, 2<<24|line) }

// Halt ends the run with status 0.
func Halt() { arm.Halt() }

// SetBudget bounds polls to so many nanoseconds, 0 for no bound.
func SetBudget(ns int64) { arm.SetBudget(ns) }

// InterruptedPC is what the executor has interrupted. In a real-time poll.
func InterruptedPC() uintptr { return arm.InterruptedPC() }

// Of the flags of the processor, as masking interrupts returns them: the bit that interrupts are
// by, and its value where they are enabled.
const (
	InterruptFlag = 1 << 7 // I of CPSR
	Unmasked      = 0
)

// InstructionNS is how long an instruction takes, in nanoseconds of the clock, where QEMU counts
// them (-icount shift=0): its counter counts each, and the kernel takes it for the chip's.
var InstructionNS = 1e9 / int64(arm.CounterHz())
