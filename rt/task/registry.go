package task

import (
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
func (h *Header) Name() string { return h.base().build.Load().name() }

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

// List returns the live tasks of the target, newest first; of all if it is nil. Thread
// level. A task that is spawned or ends meanwhile may be in it or not.
func List(t *Target) (list []Info) {
	for h := range all {
		s := h.state.Load()
		if s&live == 0 || t != nil && h.exec != t {
			continue
		}
		info := Info{ID: h.number(), State: stateText(s), Polls: h.polls, Wakes: h.wakes}
		if b := h.base().build.Load(); b != nil {
			info.Name, info.Kind, info.Location = b.Name, b.Kind, b.Location()
		}
		if info.Kind == "" {
			info.Kind = "task"
		}
		if h.state.Load()&^flags == s&^flags { // not another life by now
			list = append(list, info)
		}
	}
	return list
}
