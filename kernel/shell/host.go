//go:build !tamago

package shell

import (
	"errors"

	"github.com/tamagotake/tamagotake/rt/coro"
)

// Below an operating system the package compiles, for gopls, go vet and go doc, and there is no
// console to start a shell on.

const workMemory = 8 << 10

var machineCommands []Command

func (*Shell) mem(*coro.Ctx, string) error    { return errors.ErrUnsupported }
func (*Shell) uptime(*coro.Ctx, string) error { return errors.ErrUnsupported }
