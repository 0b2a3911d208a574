package task

import "github.com/tamagotake/tamagotake/rt/internal/raw"

// Metadata describes a task for diagnostics: its name, its kind and where it was spawned. Many
// tasks may share one Metadata, which must not change after the first spawn. A task needs none: a nil
// *Metadata will do.
type Metadata struct {
	Name    string
	Kind    string  // "task" if empty
	Spawned uintptr // the PC of the call of [Named], 0 if it is not known: see Location
}

// Named returns a Metadata with a name, and the place of the call as the location. Thread level.
// It allocates, and looking up the place costs as much as ten spawns: keep what is used often.
func Named(name string) *Metadata { return (*Metadata)(raw.Named(name, 1)) }

// Location returns the file and line of the call of [Named], "" without one. Thread level.
func (m *Metadata) Location() string { return (*raw.Metadata)(m).Location() }
