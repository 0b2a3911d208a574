//go:build tamago

// Command goruntime is an image that asks of the Go runtime what a Go program may expect of it,
// where the port has to provide it: threads, files, the date.
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"fmt"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"runtime"
)

func main() {
	fmt.Printf("goruntime, %s %s\n", runtime.Version(), runtime.GOARCH)
	threads()
	process()
	files()
	date()
	alarms()
	naps()
	slices()
	watches()
	faults()
	profiles()
	collects()
	fmt.Println("end")
	machine.Halt()
}
