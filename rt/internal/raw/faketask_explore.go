//go:build explore

package raw

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// FakeTask takes the place of a task in models of what tasks wait for, so that these need
// not try every order of what the models of rt/sched have tried: being woken is one word,
// and who polls is the model.
type FakeTask struct {
	Base
	Woken atom.Uint32
}

var fakeTasks = map[uintptr]*FakeTask{}

// NewFakeTask makes one, and what its polls are given.
func NewFakeTask() (*FakeTask, *Context) {
	s := new(FakeTask)
	s.exec = new(RunQueue)
	a := uintptr(unsafe.Pointer(&s.Header))
	fakeTasks[a] = s
	return s, &Context{a}
}

// End takes back what it waits for, as [Header.Finish] does.
func (s *FakeTask) End() { s.takeBack() }

func isFakeTask(w Waker) bool { return fakeTasks[w.header] != nil }

// wakeFakeTask wakes it, if the waker is a stand-in's.
func wakeFakeTask(w Waker) bool {
	s := fakeTasks[w.header]
	if s == nil {
		return false
	}
	s.Woken.Store(1)
	return true
}
