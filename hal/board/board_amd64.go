//go:build tamago

package board

import (
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

func commandLine() string { return amd64.CommandLine() }

func configuration() *[bootconfig.Size]byte { return amd64.Configuration() }
