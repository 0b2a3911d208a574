//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	lineTimer = amd64.LineTimer

	// sectionMaxNS is how long a critical section of the wheel may be; see docs/time.md.
	sectionMaxNS = 900
)

// lineOther is a line that nothing uses, by which the processor interrupts itself (Intel SDM
// 10.6.1: fixed, edge, to itself).
const lineOther = 0x61

func raise(n uint32) { mmio.Write32(0xfee00300, 1<<18|n) }

func halt()              { amd64.Halt() }
func setBudget(ns int64) { amd64.SetBudget(ns) }
