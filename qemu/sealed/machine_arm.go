//go:build tamago

package main

import "tamagotake/hal/arm"

const (
	lineTimer = arm.LineTimer
	flagMask  = 1 << 7 // of CPSR
)

func halt() { arm.Halt() }
