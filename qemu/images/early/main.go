//go:build tamago

// Command early is an image with an initialiser that faults before those of the packages of
// the machine have run: the report of it must be printed, and the machine left.
package main

import (
	"fmt"

	_ "github.com/tamagotake/tamagotake/hal/board" // the machine
	_ "github.com/tamagotake/tamagotake/qemu/images/early/first"
)

func main() { fmt.Println("main") }
