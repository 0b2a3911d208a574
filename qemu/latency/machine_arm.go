//go:build tamago

package main

import (
	"unsafe"

	hal "tamagotake/hal/arm"
	"tamagotake/rt/task"
)

const lineTimer = hal.LineTimer

func halt() { hal.Halt() }

// arm sets the timer to n instructions from now and returns when that is.
func arm(n uint32) (due uint64) {
	due = counter() + uint64(n)
	setTimer(due)
	return due
}

// counterAt returns what the counter is at a time of hal, whose nanoseconds are several
// to a count, since the chip's frequency is assumed.
func counterAt(ns int64) uint64 { return uint64(ns-1) / (1e9 / uint64(hal.CounterHz())) }

func setTimer(at uint64)
func counter() uint64
func haltOnce()

// entry makes a poll function of the code in machine_arm.s.
func entry() task.Func[task.None] {
	p := unsafe.Pointer(&entryValue)
	return *(*task.Func[task.None])(unsafe.Pointer(&p))
}
