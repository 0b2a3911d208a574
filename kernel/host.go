//go:build !tamago

package kernel

import (
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Below an operating system there is no machine, and Start panics. The names are those of start.go,
// machine_*.go and devices_*.go, so that the rest compiles.

func mustHaveMachine() {
	panic("kernel: this program is built for an operating system: tamagotake build builds it for a machine")
}

const (
	lineTimer   = 0
	lineConsole = 0

	noLine = "no line"
)

func banner()                          {}
func dateStart()                       {}
func maskable(uint32) bool             { return true }
func setBudget(ns int64) (setNS int64) { return ns }

func halt()   { mustHaveMachine() }
func reboot() { mustHaveMachine() }

func uartPoll(*task.None, *task.Context) task.Poll {
	provokedUART.Do()
	return task.Pending
}

func consoleInput() *serial.Input   { return nil }
func consoleOutput() *serial.Output { return nil }
func consoleInit()                  {}
func consoleStart(task.Waker)       {}

var (
	hardwareTimers []HardwareTimer
	theClock       Clock
	theSeconds     Seconds
)

func timersStart() {}
func dogsStart()   {}
func stdinStart()  { _ = readStdin }

// Bus is how a device on a bus is reached: on a PC, with the fields PCI and Virtio.
type Bus struct{}

type message struct{}

func release(how intr) { _ = how.message }

type place struct{}

func (e *driven) disable()      { _ = e.place }
func (e *driven) again() func() { return nil }

func isOnChip(uintptr) bool { return false }

func findDevices() {}
