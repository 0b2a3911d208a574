//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/arm"

const (
	lineTimer = arm.LineTimer
	flagMask  = 1 << 7 // of CPSR
)

func halt() { arm.Halt() }
