package task

import "github.com/tamagotake/tamagotake/rt/internal/raw"

// Info describes a live task to people.
type Info struct {
	ID       uint64
	Name     string
	Kind     string
	Location string // file:line of the spawn, if known
	State    string
	Polls    uint32
	Wakes    uint32
}

// List returns the live tasks of all executors, newest first. Thread
// level. A task that is spawned or ends meanwhile may be in it or not. Tasks of an executor
// lists those of one.
func List() (list []Info) {
	for i := range raw.All(nil) {
		list = append(list, Info(i))
	}
	return list
}

// Cursor is a place in the list of all tasks, for a reader that looks at it piece by piece: however
// many tasks there are, a piece is bounded work, and takes no memory. The zero value is the
// beginning, the newest task. A cursor stays good: tasks are never taken off the list.
type Cursor raw.Cursor

// Next looks at the next most tasks, and calls yield for those that are alive. It reports
// whether there are more. Tasks that are spawned after the first call are not among them,
// unless their memory was a task's before. Thread level.
func (c *Cursor) Next(most int, yield func(Info)) (more bool) {
	return (*raw.Cursor)(c).Next(most, func(i raw.Info) { yield(Info(i)) })
}
