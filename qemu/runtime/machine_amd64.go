//go:build tamago

package main

import "tamagotake/hal/amd64"

const lineTimer = amd64.LineTimer

func halt()              { amd64.Halt() }
func setBudget(ns int64) { amd64.SetBudget(ns) }
