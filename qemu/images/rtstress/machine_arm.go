//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/arm"

const (
	lineTimer = arm.LineTimer
	unmapped  = 0xf00ffff0
)

func halt()                  { arm.Halt() }
func setBudget(ns int64)     { arm.SetBudget(ns) }
func interruptedPC() uintptr { return arm.InterruptedPC() }
