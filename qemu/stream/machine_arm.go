//go:build tamago

package main

import "tamagotake/hal/arm"

const lineTimer = arm.LineTimer

func halt() { arm.Halt() }
