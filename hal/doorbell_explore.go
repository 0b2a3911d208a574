//go:build explore && !doorbell

package hal

import "github.com/tamagotake/tamagotake/internal/atom"

// In the explorer's build a doorbell is a word, and waiting is the explorer's.
var rung [Doorbells]atom.Uint32

// Ring makes the present or the next [Wait] on doorbell n return.
func Ring(n uint32) {
	if n == Realtime {
		Enter()
		return
	}
	rung[n].Store(1)
}

// Enter stands for the machine's way into the real-time executor. Models do by hand what
// it does.
var Enter = func() {}

// Awake says that the goroutine of doorbell n runs.
func Awake(n uint32) {}

// Wait blocks the calling thread until doorbell n is rung, and takes that ring.
func Wait(n uint32) {
	atom.Await(func() bool { return rung[n].Peek() != 0 })
	rung[n].Store(0)
}

// ResetDoorbells is for a new schedule.
func ResetDoorbells() { rung = [Doorbells]atom.Uint32{} }
