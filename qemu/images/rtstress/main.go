//go:build tamago

// Command rtstress is an image that tries the real-time executor where it hurts: under
// QEMU, from timer interrupts at random places of everything that a Go program does.
//
//	prompt   a wake at thread level is polled before it returns, or when interrupts are unmasked
//	preempt  a task at thread level is polled although a goroutine does not yield
//	quiet    many interrupts, and not one allocation by them
//	faults   real-time tasks that fault in every way, in the middle of the collector's work
//	alarm    the timer's alarm comes although polls are bounded with the same timer
//	budget   and the end of one poll's bound is not the end of the next poll
//	status   each poll begins with the status of the vector registers that it should
//	workers  goroutines compute what is known, and are interrupted a million times
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"fmt"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/platform"
)

func main() {
	fmt.Printf("rtstress, %s %s\n", runtime.Version(), runtime.GOARCH)
	prompt()
	preempt()
	quiet()
	faults()
	alarm()
	staleBudget()
	status()
	workers()
	fmt.Println("end")
	machine.Halt()
}

// random is a small generator without state of the runtime (Marsaglia, "Xorshift RNGs",
// 2003), for the real-time side.
var random uint32 = 2463534242

//go:nosplit
func next(n uint32) uint32 {
	random ^= random << 13
	random ^= random >> 17
	random ^= random << 5
	return random % n
}

// after sets the timer to a random time from now.
//
//go:nosplit
func after(atLeastNS, spreadNS uint32) {
	platform.SetAlarm(platform.Now() + int64(atLeastNS+next(spreadNS)))
}
