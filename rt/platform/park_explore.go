//go:build explore && !parkers

package platform

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Executors is how many executors a model may have.
const Executors = 8

// In the explorer's build a parker is a word, and waiting is the explorer's.
var (
	unparked [Executors]atom.Uint32
	nextFree uint32
)

// NewParker returns the number of a parker that no executor has.
func NewParker() (n uint32) {
	nextFree++
	return nextFree - 1
}

// FreeParker does nothing: no model runs so many executors.
func FreeParker(n uint32) {}

// Unpark makes the present or the next [Park] of parker n return.
func Unpark(n uint32) { unparked[n].Store(1) }

// Enter stands for the machine's way into the real-time executor. Models do by hand what
// it does.
var Enter = func() {}

// EnterRealtime enters the real-time executor.
func EnterRealtime() { Enter() }

// Running says that the goroutine of parker n runs.
func Running(n uint32) {}

// Park blocks the calling thread until parker n is unparked, and takes that back.
func Park(n uint32) {
	atom.Await(func() bool { return unparked[n].Peek() != 0 })
	unparked[n].Store(0)
}

// ResetParkers is for a new schedule.
func ResetParkers() {
	unparked = [Executors]atom.Uint32{}
	nextFree = 0
}
