//go:build tamago

package board

import "github.com/tamagotake/tamagotake/hal/amd64"

func commandLine() string { return amd64.CommandLine() }
