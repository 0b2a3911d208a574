//go:build tamago

package main

import "tamagotake/hal/amd64"

const lineTimer = amd64.LineTimer

func halt() { amd64.Halt() }
