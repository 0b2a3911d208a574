//go:build tamago

package main

import "tamagotake/hal/arm"

const lineTimer = arm.LineTimer

func halt()              { arm.Halt() }
func setBudget(ns int64) { arm.SetBudget(ns) }
