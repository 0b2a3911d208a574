//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/amd64"

const (
	lineTimer = amd64.LineTimer
	flagMask  = 1 << 9 // of RFLAGS
)

func halt() { amd64.Halt() }
