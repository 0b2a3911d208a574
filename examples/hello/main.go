// Command hello is a whole kernel: the machine runs it, and nothing else. On the host it is an
// ordinary program.
package main

import (
	"fmt"
	"runtime"

	_ "github.com/tamagotake/tamagotake/hal/board" // brings up the machine
)

func main() { fmt.Println("hello from", runtime.GOARCH) }
