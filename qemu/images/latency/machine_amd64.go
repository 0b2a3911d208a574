//go:build tamago

package main

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

const lineTimer = amd64.LineTimer

func halt()              { amd64.Halt() }
func setBudget(ns int64) { amd64.SetBudget(ns) }

// arm sets the timer to n instructions from now and returns when that is.
func arm(n uint32) (due uint64) { return setTimer(n) + 1 + uint64(n) }

// setTimer writes the timer's initial count in the instruction behind the counter's
// reading.
func setTimer(n uint32) uint64

// counterAt returns what the counter is at a time of hal: it counts nanoseconds here.
func counterAt(ns int64) uint64 { return uint64(ns) }

// idleStepNS is the smallest step of an alarm.
const idleStepNS = 1

func counter() uint64
func haltOnce()

// entry makes a poll function of the code in machine_amd64.s.
func entry() task.Func[task.None] {
	p := unsafe.Pointer(&entryValue)
	return *(*task.Func[task.None])(unsafe.Pointer(&p))
}

// Lines that nothing uses: the processor interrupts itself on them.
const (
	lineOne   = 0x60
	lineOther = 0x61
)

func send(n uint32)
func idtBase() uintptr
func enteredCode() uintptr

// enteredLate is by how many instructions entered's look at the counter is late, and
// enteredVia by how many it delays the interrupts that are not the timer's: none.
const (
	enteredLate = 3
	enteredVia  = 0
)

// timerEntry is where the gate of the timer's line led.
//
//lint:ignore U1000 read by machine_amd64.s
var timerEntry uintptr

func writeProtect(on bool)

// noteEntries puts entered before the entry of the timer's interrupt (Intel SDM figure
// 6-8). The gates are read-only, so the processor's protection is off meanwhile.
func noteEntries() {
	type gate struct {
		low  uint16
		_    [2]uint16
		mid  uint16
		high uint32
	}
	at := idtBase() + 16*lineTimer
	g := *(**gate)(unsafe.Pointer(&at))
	saved := platform.MaskInterrupts()
	timerEntry = uintptr(g.low) | uintptr(g.mid)<<16 | uintptr(g.high)<<32
	a := enteredCode()
	writeProtect(false)
	g.low, g.mid, g.high = uint16(a), uint16(a>>16), uint32(a>>32)
	writeProtect(true)
	platform.RestoreInterrupts(saved)
}
