//go:build tamago

package main

import "tamagotake/hal/arm"

const (
	lineTimer = arm.LineTimer

	// sectionMaxNS is how long a critical section of the wheel may be; see docs/time.md.
	sectionMaxNS = 1700
)

func halt()              { arm.Halt() }
func setBudget(ns int64) { arm.SetBudget(ns) }
