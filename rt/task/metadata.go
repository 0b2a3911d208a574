package task

import (
	"runtime"
	"strconv"
)

// Metadata describes a task for diagnostics: its name, its kind and where it was spawned. Many
// tasks may share one Metadata, which must not change after the first spawn. A task needs none: a nil
// *Metadata will do.
type Metadata struct {
	Name string
	Kind string // "task" if empty

	pc uintptr
}

// Named returns a Metadata with a name, and the place of the call as the location. Thread level.
// It allocates, and looking up the place costs as much as ten spawns: keep what is used often.
func Named(name string) *Metadata {
	var pc [1]uintptr
	runtime.Callers(2, pc[:])
	return &Metadata{Name: name, pc: pc[0]}
}

func (b *Metadata) name() string {
	if b == nil {
		return ""
	}
	return b.Name
}

// Location returns the file and line of the call of [Named], "" without one.
func (b *Metadata) Location() string {
	if b == nil || b.pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{b.pc}).Next()
	return f.File + ":" + strconv.Itoa(f.Line)
}
