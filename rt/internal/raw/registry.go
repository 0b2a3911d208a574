package raw

import (
	"iter"
	"sync/atomic"
)

// newest is the head of the list of all tasks that were ever spawned. It only grows,
// once per task and not per spawn, so that who walks it needs no lock.
var newest atomic.Pointer[Header]

func register(h *Header) {
	for {
		h.next = newest.Load()
		if newest.CompareAndSwap(h.next, h) {
			return
		}
	}
}

func all(yield func(*Header) bool) {
	for h := newest.Load(); h != nil; h = h.next {
		if !yield(h) {
			return
		}
	}
}

// Name returns the task's name, "" if it has none. Thread level.
func (h *Header) Name() string { return h.base().metadata.Load().name() }

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

// info describes a task, unless it is not alive.
func (h *Header) info() (info Info, ok bool) {
	s := h.state.Load()
	if s&live == 0 {
		return info, false
	}
	info = Info{ID: h.number(), State: stateText(s), Polls: h.polls + h.direct, Wakes: h.wakes + h.direct}
	if m := h.base().metadata.Load(); m != nil {
		info.Name, info.Kind, info.Location = m.Name, m.Kind, m.Location()
	}
	if info.Kind == "" {
		info.Kind = "task"
	}
	return info, h.state.Load()&^flags == s&^flags // not another life by now
}

// All is the live tasks of the run queue, newest first; of all if it is nil. Thread
// level. A task that is spawned or ends meanwhile may be in it or not.
func All(q *RunQueue) iter.Seq[Info] {
	return func(yield func(Info) bool) {
		for h := range all {
			if q != nil && h.runQueue() != q {
				continue
			}
			if info, ok := h.info(); ok && !yield(info) {
				return
			}
		}
	}
}

// Cursor is a place in the list of all tasks, for a reader that looks at it piece by piece: however
// many tasks there are, a piece is bounded work, and takes no memory. The zero value is the
// beginning, the newest task. A cursor stays good: tasks are never taken off the list.
type Cursor struct {
	next *Header
	ends bool
}

// Next looks at the next most tasks, and calls yield for those that are alive. It reports
// whether there are more. Tasks that are spawned after the first call are not among them,
// unless their memory was a task's before. Thread level.
func (c *Cursor) Next(most int, yield func(Info)) (more bool) {
	if c.next == nil && !c.ends {
		c.next, c.ends = newest.Load(), true
	}
	for ; c.next != nil && most > 0; most-- {
		if info, ok := c.next.info(); ok {
			yield(info)
		}
		c.next = c.next.next
	}
	return c.next != nil
}
