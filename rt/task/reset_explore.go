//go:build explore

package task

import "tamagotake/internal/atom"

// Reset forgets all tasks: a new run of a model begins.
func Reset() {
	newest.Store(nil)
	clear(standIns)
	ids, stale = atom.Uint64{}, atom.Uint32{}
}
