//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/amd64"

const lineTimer = amd64.LineTimer

func halt() { amd64.Halt() }
