//go:build tamago

// Command monitor is a kernel with a shell on its console: make run boots it.
package main

import (
	"github.com/tamagotake/tamagotake/kernel"
	_ "github.com/tamagotake/tamagotake/kernel/devices"
	"github.com/tamagotake/tamagotake/kernel/shell"
)

func main() {
	kernel.Start(kernel.Config{})
	shell.Start()
	kernel.Run()
}
