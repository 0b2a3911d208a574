//go:build tamago && amd64

package amd64

import (
	"runtime"
	"runtime/goos"

	"github.com/tamagotake/tamagotake/rt/platform"

	_ "github.com/usbarmory/tamago/amd64" // processor start-up, random numbers
	_ "unsafe"
)

// Init brings the board up: the runtime calls it when there is a heap, before
// main. From here on an exception has a place to go, time runs, and interrupts
// are enabled with every line masked.
//
//go:linkname Init runtime/goos.Hwinit1
func Init() {
	initConsole()
	initDMA()
	platform.MaskInterrupts() // TamaGo has unmasked them
	initTables()
	initMemory()
	initController()
	initClock()
	goos.Idle = platform.Idle
	goos.Exit = exit
	platform.RestoreInterrupts(1 << 9)
}

// Machine returns what this runs on, as far as can be told.
func Machine() string {
	name := chip.asked().name()
	if cpu := runtime.CPU(); cpu != "" {
		return name + ", " + cpu
	}
	return name
}
