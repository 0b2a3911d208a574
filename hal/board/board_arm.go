//go:build tamago

package board

import (
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

func commandLine() string { return arm.CommandLine() }

func configuration() *[bootconfig.Size]byte { return arm.Configuration() }
