//go:build tamago

package main

import (
	"unsafe"

	"tamagotake/hal/amd64"
	"tamagotake/rt/task"
)

const lineTimer = amd64.LineTimer

func halt() { amd64.Halt() }

// arm sets the timer to n instructions from now and returns when that is.
func arm(n uint32) (due uint64) { return setTimer(n) + 1 + uint64(n) }

// setTimer writes the timer's initial count in the instruction behind the counter's
// reading.
func setTimer(n uint32) uint64

// counterAt returns what the counter is at a time of hal: it counts nanoseconds here.
func counterAt(ns int64) uint64 { return uint64(ns) }

func counter() uint64
func haltOnce()

// entry makes a poll function of the code in machine_amd64.s.
func entry() task.Func[task.None] {
	p := unsafe.Pointer(&entryValue)
	return *(*task.Func[task.None])(unsafe.Pointer(&p))
}
