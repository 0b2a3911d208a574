//go:build explore

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What the models are made of. What each shows is in its name and comment; the test of
// mutants in rt/internal/explore says what some of them find.

// model explores every order, or those with at most so many preemptions.
func model(t *testing.T, preemptions int, build func(m *world)) {
	t.Helper()
	explore.Check(t, explore.Config{Preemptions: preemptions}, func(m *explore.Model) {
		raw.Reset()
		build(&world{Model: m})
	})
}

// world is a run of a model with its tasks.
type world struct{ *explore.Model }

// runner is a task: who polls it, is the model.
type runner struct {
	*raw.FakeTask
	cx   *task.Context
	poll func(cx *task.Context) (over bool)
	over bool
	gone atom.Uint32 // somebody has cancelled it
}

// task makes one. poll says whether it is over.
func (m *world) task(poll func(cx *task.Context) (over bool)) *runner {
	s, cx := raw.NewFakeTask()
	return &runner{FakeTask: s, cx: (*task.Context)(cx), poll: poll}
}

// step polls it once, and ends it if it is over.
func (r *runner) step() bool {
	if !r.over && r.poll(r.cx) {
		r.end()
	}
	return r.over
}

// end is the end of the task, as its executor makes it.
func (r *runner) end() {
	r.over = true
	r.FakeTask.End()
}

// runs lets a task run on a thread until it is over or cancelled, and returns the processor.
func (m *world) runs(name string, r *runner) (core int) {
	return m.Thread(name, func() {
		for !r.step() {
			atom.Await(func() bool { return r.Woken.Peek()|r.gone.Peek() != 0 })
			if r.gone.Load() != 0 {
				r.end()
				return
			}
			r.Woken.Store(0)
		}
	})
}

// waits makes a task that waits once, by an operation that it polls until it is not
// Pending, and looks at the result.
func (m *world) waits(op func(cx *task.Context, w *Wait) Result, look func(r Result)) *runner {
	w := new(Wait)
	return m.task(func(cx *task.Context) bool {
		r := op(cx, w)
		if r == Pending {
			return false
		}
		look(r)
		return true
	})
}

// expects is a look that wants one result.
func (m *world) expects(want Result) func(Result) {
	return func(r Result) { m.Assert(r == want, "result %d, not %d", r, want) }
}

// begun polls the task once before the model begins, so that it waits.
func begun(r *runner) *runner {
	r.step()
	return r
}

// wakeBy has wake done by a thread of another processor, or by an interrupt of core.
func (m *world) wakeBy(interrupt bool, core int, wake func()) {
	if interrupt {
		m.Interrupt(core, "interrupt", wake)
	} else {
		m.Thread("waker", wake)
	}
}

// onAndOff tries a model with an interrupt and with a thread.
func onAndOff(t *testing.T, preemptions int, build func(m *world, interrupt bool)) {
	t.Helper()
	for name, interrupt := range map[string]bool{"thread": false, "interrupt": true} {
		t.Run(name, func(t *testing.T) {
			t.Helper()
			model(t, preemptions, func(m *world) { build(m, interrupt) })
		})
	}
}
