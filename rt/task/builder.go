package task

import (
	"runtime"
	"strconv"
)

// Builder is what people want to know of a task: its name, its kind and where it was
// spawned. One Builder can spawn many tasks, and must not be changed after the first. A
// task needs none: a nil *Builder will do.
type Builder struct {
	Name string
	Kind string // "task" if empty

	pc uintptr
}

// Named makes a Builder with a name and the place of the call as the location. Thread
// level. It allocates, and looking up the place costs as much as ten spawns: keep a
// Builder that is used often.
func Named(name string) *Builder {
	var pc [1]uintptr
	runtime.Callers(2, pc[:])
	return &Builder{Name: name, pc: pc[0]}
}

func (b *Builder) name() string {
	if b == nil {
		return ""
	}
	return b.Name
}

// Location returns the file and line of the call of [Named], "" without one.
func (b *Builder) Location() string {
	if b == nil || b.pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{b.pc}).Next()
	return f.File + ":" + strconv.Itoa(f.Line)
}
