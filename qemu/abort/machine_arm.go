//go:build tamago

package main

import "tamagotake/hal/arm"

const (
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
