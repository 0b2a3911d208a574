//go:build tamago

package board

import "github.com/tamagotake/tamagotake/hal/arm"

func commandLine() string { return arm.CommandLine() }
