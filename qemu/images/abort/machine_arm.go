//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	// A line that nothing uses: the processor interrupts itself on it.
	lineOne = 2

	lineTimer = arm.LineTimer

	nestsAborts = true
	nestedAfter = 100 // instructions from where a poll's time begins to where the alarm's does, at least
)

func halt() { arm.Halt() }

// How long an instruction takes, on the clock of hal: QEMU's counter counts each, and the
// kernel takes it for the chip's.
var instructionNS = 1e9 / int64(arm.CounterHz())

// setBudget bounds polls to so many instructions, 0 for no bound.
func setBudget(n int64) { arm.SetBudget(n * instructionNS) }

// interrupt interrupts the processor on lineOne, at once.
func interrupt() { mmio.Write32(0x00a01f00, 2<<24|lineOne) }
