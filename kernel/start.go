//go:build tamago

package kernel

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/hal"
)

// What of the start needs the machine; host.go has the same names.

func mustHaveMachine() {}

// stdinStart has os.Stdin read the console.
func stdinStart() { hal.SetStdin(readStdin) }

func banner() {
	memStart, memEnd := runtime.MemRegion()
	textStart, textEnd := runtime.TextRegion()
	_, dataEnd := runtime.DataRegion()
	const kib = 1024
	fmt.Fprintf(os.Stdout, "tamagotake, %s %s\n", runtime.Version(), runtime.GOARCH)
	fmt.Fprintf(os.Stdout, "machine: %s\n", machineName())
	fmt.Fprintf(os.Stdout, "clock:   %s\n", clockName())
	fmt.Fprintf(os.Stdout, "memory:  %d KiB, kernel %d KiB of it, code %d KiB\n",
		(memEnd-memStart)/kib, (dataEnd-memStart)/kib, (textEnd-textStart)/kib)
}

// dateStart gives the Go runtime the date, so that time.Now has it. A clock that has none, or
// one before the image was built, has lost its battery: time goes on from the build.
func dateStart() {
	if t, err := theClock.Read(); err == nil && t.After(time.Now()) {
		hal.SetDate(t)
	}
}
