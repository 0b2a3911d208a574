//go:build explore

package sched

import (
	"testing"

	"tamagotake/internal/atom"
	"tamagotake/internal/explore"
	"tamagotake/rt/task"
)

// The real-time executor in every order: a thread, and interrupts of its processor that
// strike it at any step and poll at once.

func resetFront() {
	Urgent, Normal = Priority{}, Priority{}
	front.cx = task.Context{}
}

// A wake by a thread, struck by an interrupt that wakes and polls the same task. What was
// done before each wake is seen by a poll.
func TestModelFrontWakeAgainstInterrupt(t *testing.T) {
	for interrupts := 1; interrupts <= 2; interrupts++ {
		model(t, func(m *explore.Model) {
			resetFront()
			var tk unit
			var flags [3]atom.Uint32
			var seen [3]bool
			w := given(m, &Normal, &tk, func(*task.Context, *none) task.Poll {
				for i := range flags {
					seen[i] = seen[i] || flags[i].Load() != 0
				}
				return task.Pending
			}).Waker()
			pollFront(Next())
			c := m.Thread("thread", func() { flags[0].Store(1); w.Wake() })
			for i := range interrupts {
				m.Interrupt(c, "interrupt", func() {
					flags[1+i].Store(1)
					pollFront(Interrupted(w, true))
				})
			}
			m.Finally(func() {
				pollFront(Next()) // as the thread does after its wake
				for i := range 1 + interrupts {
					m.Assert(seen[i], "the wake after flag %d was lost", i)
				}
			})
		})
	}
}

// A cancel by a thread, struck by an interrupt that polls: the task ends once, and as the
// cancel said.
func TestModelFrontCancelAgainstInterrupt(t *testing.T) {
	model(t, func(m *explore.Model) {
		resetFront()
		var tk unit
		end := false
		j := given(m, &Urgent, &tk, func(*task.Context, *none) task.Poll {
			if end {
				return task.Ready
			}
			return task.Pending
		})
		pollFront(Next())
		said := false
		c := m.Thread("thread", func() { said = j.Cancel() })
		m.Interrupt(c, "interrupt", func() { end = true; pollFront(Interrupted(j.Waker(), true)) })
		m.Finally(func() {
			pollFront(Next())
			_, err, done := j.Poll(task.Waker{})
			m.Assert(done, "not over")
			if said {
				m.Assert(err == task.ErrCancelled, "cancelled, and joined with %v", err)
			} else {
				m.Assert(err == task.ErrCancelledLate, "cancelled too late, and joined with %v", err)
			}
		})
	})
}

// A joiner of thread level registers while an interrupt completes the task: it is woken,
// or finds the result.
func TestModelFrontJoinAgainstInterrupt(t *testing.T) {
	model(t, func(m *explore.Model) {
		resetFront()
		var tk, joiner unit
		var e Executor
		polls := 0
		end := false
		j := given(m, &Normal, &tk, func(*task.Context, *none) task.Poll {
			if end {
				return task.Ready
			}
			return task.Pending
		})
		pollFront(Next())
		w := given(m, &e, &joiner, func(*task.Context, *none) task.Poll { polls++; return task.Pending }).Waker()
		e.Tick()
		done := false
		c := m.Thread("thread", func() { _, _, done = j.Poll(w) })
		m.Interrupt(c, "interrupt", func() { end = true; pollFront(Interrupted(j.Waker(), true)) })
		m.Finally(func() {
			e.Tick()
			m.Assert(done || polls == 2, "the joiner was not woken")
		})
	})
}
