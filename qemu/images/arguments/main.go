//go:build tamago

// Command arguments is an image that prints its arguments and environment, and exits with the
// status that the first argument says.
package main

import (
	"fmt"
	"os"
	"strconv"

	_ "github.com/tamagotake/tamagotake/hal/board"
)

func main() {
	fmt.Printf("arguments %q\n", os.Args)
	fmt.Printf("environment %q\n", os.Environ())
	status := 0
	if len(os.Args) > 1 {
		status, _ = strconv.Atoi(os.Args[1])
	}
	os.Exit(status)
}
