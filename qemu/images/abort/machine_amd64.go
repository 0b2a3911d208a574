//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	// A line that nothing uses: the processor interrupts itself on it.
	lineOne = 0x60

	lineTimer = amd64.LineTimer

	// One timer bounds a poll or interrupts at a time.
	nestsAborts = false
	nestedAfter = 0

	// How long an instruction takes, on the clock of hal.
	instructionNS = 1
)

func halt() { amd64.Halt() }

// setBudget bounds polls to so many instructions, 0 for no bound.
func setBudget(n int64) { amd64.SetBudget(n) }

// interrupt interrupts the processor on lineOne, at once.
func interrupt() { mmio.Write32(0xfee00300, 1<<18|lineOne) }
