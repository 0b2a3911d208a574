//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/amd64"

const (
	lineTimer = amd64.LineTimer
	unmapped  = 0x7f0000000000
)

func halt()                  { amd64.Halt() }
func setBudget(ns int64)     { amd64.SetBudget(ns) }
func interruptedPC() uintptr { return amd64.InterruptedPC() }
