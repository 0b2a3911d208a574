//go:build tamago

package machine

import (
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	LineTimer = amd64.LineTimer

	// Lines that nothing uses: see Raise.
	LineOne   = 0x60
	LineOther = 0x61

	// Unmapped is an address that no page is mapped at.
	Unmapped = 0x7f0000000000
)

// Raise has the processor interrupt itself on a line, at once (Intel SDM 10.6.1: fixed, edge, to
// itself).
func Raise(line uint32) { mmio.Write32(0xfee00300, 1<<18|line) }

// Halt ends the run with status 0.
func Halt() { amd64.Halt() }

// SetBudget bounds polls to so many nanoseconds, 0 for no bound.
func SetBudget(ns int64) { amd64.SetBudget(ns) }

// InterruptedPC is what the executor has interrupted. In a real-time poll.
func InterruptedPC() uintptr { return amd64.InterruptedPC() }

// Of the flags of the processor, as masking interrupts returns them: the bit that interrupts are
// by, and its value where they are enabled.
const (
	InterruptFlag = 1 << 9 // IF of RFLAGS
	Unmasked      = InterruptFlag
)

// InstructionNS is how long an instruction takes, in nanoseconds of the clock, where QEMU counts
// them (-icount shift=0).
const InstructionNS = 1
