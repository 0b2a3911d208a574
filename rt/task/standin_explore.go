//go:build explore

package task

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/internal/atom"
)

// StandIn takes the place of a task in models of what tasks wait for, so that these need
// not try every order of what the models of rt/sched have tried: being woken is one word,
// and who polls is the model.
type StandIn struct {
	Base
	Woken atom.Uint32
}

var standIns = map[uintptr]*StandIn{}

// NewStandIn makes one, and what its polls are given.
func NewStandIn() (*StandIn, *Context) {
	s := new(StandIn)
	s.exec = new(Target)
	a := uintptr(unsafe.Pointer(&s.Header))
	standIns[a] = s
	return s, &Context{a}
}

// End takes back what it waits for, as [Header.Finish] does.
func (s *StandIn) End() { s.takeBack() }

func isStandIn(w Waker) bool { return standIns[w.header] != nil }

// wakeStandIn wakes it, if the waker is a stand-in's.
func wakeStandIn(w Waker) bool {
	s := standIns[w.header]
	if s == nil {
		return false
	}
	s.Woken.Store(1)
	return true
}
