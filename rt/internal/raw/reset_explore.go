//go:build explore

package raw

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Reset forgets all tasks: a new run of a model begins.
func Reset() {
	newest.Store(nil)
	clear(fakeTasks)
	notes.list, notes.lost, notes.reporter = [notesMost]note{}, 0, Waker{}
	ids, stale = atom.Uint64{}, atom.Uint32{}
}
