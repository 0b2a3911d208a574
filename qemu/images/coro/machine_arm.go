//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/arm"

const lineTimer = arm.LineTimer

func halt() { arm.Halt() }
