//go:build tamago

package main

import "tamagotake/hal/amd64"

const (
	lineTimer = amd64.LineTimer

	// sectionMaxNS is how long a critical section of the wheel may be; see docs/time.md.
	sectionMaxNS = 1000
)

func halt()              { amd64.Halt() }
func setBudget(ns int64) { amd64.SetBudget(ns) }
