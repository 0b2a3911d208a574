//go:build tamago

package main

import "tamagotake/hal/amd64"

const (
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
