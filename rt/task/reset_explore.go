//go:build explore

package task

import "github.com/tamagotake/tamagotake/internal/atom"

// Reset forgets all tasks: a new run of a model begins.
func Reset() {
	newest.Store(nil)
	clear(standIns)
	notes.list, notes.lost, notes.reporter = [notesMost]note{}, 0, Waker{}
	ids, stale = atom.Uint64{}, atom.Uint32{}
}

// SkipNumbers has the next task number be later, as if so many tasks had been spawned.
func SkipNumbers(n uint64) { ids.Add(n) }
