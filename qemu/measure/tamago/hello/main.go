//go:build tamago && amd64

// Command hello is examples/hello on TamaGo as it is: for its size, and the memory that it needs.
package main

import (
	"fmt"
	"runtime"

	_ "github.com/tamagotake/tamagotake/qemu/measure/tamago/board" // brings up the machine
)

func main() { fmt.Println("hello from", runtime.GOARCH); select {} }
