package raw

import (
	"runtime"
	"strconv"
)

// Metadata describes a task for diagnostics. Its fields are those of task.Metadata.
type Metadata struct {
	Name    string
	Kind    string  // "task" if empty
	Spawned uintptr // the PC of the call that made it
}

// Named returns a Metadata with a name, and the place of the call that is skip callers up.
func Named(name string, skip int) *Metadata {
	var pc [1]uintptr
	runtime.Callers(2+skip, pc[:])
	return &Metadata{Name: name, Spawned: pc[0]}
}

func (m *Metadata) name() string {
	if m == nil {
		return ""
	}
	return m.Name
}

// Location returns the file and line of the call of [Named], "" without one.
func (m *Metadata) Location() string {
	if m == nil {
		return ""
	}
	return location(m.Spawned)
}

func location(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return f.File + ":" + strconv.Itoa(f.Line)
}
