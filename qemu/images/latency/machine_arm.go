//go:build tamago

package main

import (
	"unsafe"

	hal "github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/task"
)

const lineTimer = hal.LineTimer

func halt()              { hal.Halt() }
func setBudget(ns int64) { hal.SetBudget(ns) }

// arm sets the timer to n instructions from now and returns when that is.
func arm(n uint32) (due uint64) {
	due = counter() + uint64(n)
	setTimer(due)
	return due
}

// counterAt returns what the counter is at a time of hal, whose nanoseconds are several
// to a count, since the chip's frequency is assumed.
func counterAt(ns int64) uint64 { return uint64(ns-1) / (1e9 / uint64(hal.CounterHz())) }

// idleStepNS is the smallest step of an alarm.
var idleStepNS = 1e9 / int64(hal.CounterHz())

func setTimer(at uint64)
func counter() uint64
func haltOnce()

// entry makes a poll function of the code in machine_arm.s.
func entry() task.Func[task.None] {
	p := unsafe.Pointer(&entryValue)
	return *(*task.Func[task.None])(unsafe.Pointer(&p))
}

// Lines that nothing uses: the processor interrupts itself on them.
const (
	lineOne   = 2
	lineOther = 3
)

func send(n uint32)
func vectorBase() uintptr
func enteredCode() uintptr

// enteredLate is by how many instructions entered's look at the counter is late, and
// enteredVia by how many it delays an interrupt.
const (
	enteredLate = 2
	enteredVia  = 11
)

func setDomains(access uint32)

// noteEntries puts entered before the entry of interrupts: the addresses that the vectors
// load are behind the eight vectors. They are read-only, so permissions are not checked
// meanwhile.
func noteEntries() {
	const (
		irq             = 8*4 + 0x18
		client, manager = 1, 3 // of domain 0 (ARM ARM B4.1.43)
	)
	setDomains(manager)
	mmio.Write32(vectorBase()+irq, uint32(enteredCode()))
	setDomains(client)
}
