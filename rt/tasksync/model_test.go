//go:build explore

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The core, through wait cells and wait queues, in every order of its steps.

// A wake and a close at the same time: the wait ends.
func TestModelCellWakeAgainstClose(t *testing.T) {
	model(t, 0, func(m *world) {
		var c WaitCell
		m.runs("waiter", m.waits(c.Wait, func(r Result) { m.Assert(r == Ready || r == Closed, "result %d", r) }))
		m.Thread("waker", func() { c.Wake() })
		m.Thread("closer", func() { c.Close() })
	})
}

// After Subscribe the device is armed, and its wake is not missed.
func TestModelCellSubscribe(t *testing.T) {
	model(t, 0, func(m *world) {
		var c WaitCell
		var w Wait
		var armed atom.Uint32
		m.runs("waiter", m.task(func(cx *task.Context) bool {
			if armed.Load() == 0 {
				m.Assert(c.Subscribe(cx, &w) == Pending, "woken before it was armed")
				armed.Store(1)
			}
			r := c.Wait(cx, &w)
			m.Assert(r != Closed, "closed")
			return r == Ready
		}))
		m.Thread("device", func() {
			atom.Await(func() bool { return armed.Peek() != 0 })
			m.Assert(c.Wake(), "nobody was there")
		})
	})
}

// Two wakes, by a thread and by an interrupt of the waiter's processor, each after a flag of
// its own: however they fall together, the waiter sees both flags.
func TestModelCellWakesFallTogether(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var c WaitCell
		var w Wait
		var flags [2]atom.Uint32
		core := m.runs("waiter", m.task(func(cx *task.Context) bool {
			for c.Wait(cx, &w) == Ready {
				if flags[0].Load() != 0 && flags[1].Load() != 0 {
					return true
				}
			}
			return false
		}))
		m.Thread("waker", func() { flags[0].Store(1); c.Wake() })
		m.wakeBy(interrupt, core, func() { flags[1].Store(1); c.Wake() })
	})
}

// One that was woken is cancelled before it has seen it: the next has the wake.
func TestModelCellCancelAgainstWake(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var c WaitCell
		seen := 0
		a := begun(m.waits(c.Wait, func(Result) { seen++ }))
		core := m.runs("waiter", a)
		m.wakeBy(interrupt, core, func() { c.Wake() })
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.Finally(func() {
			begun(m.waits(c.Wait, func(Result) { seen++ }))
			m.Assert(seen == 1, "a wake was seen %d times", seen)
		})
	})
}

// A wake against a wait that begins, from another processor and on top of it.
func TestModelQueueWakeOne(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var q WaitQueue
		core := m.runs("waiter", m.waits(q.Wait, m.expects(Ready)))
		m.wakeBy(interrupt, core, func() { q.Wake() })
	})
}

// One task waits twice before all are woken, and both waits are over.
func TestModelQueueWakeAllSequential(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		var w [2]Wait
		var j Join
		m.runs("waiter", begun(m.task(func(cx *task.Context) bool {
			for i := range w {
				if j.Open(i) {
					j.Note(i, q.Wait(cx, &w[i]))
				}
			}
			return j.All(2)
		})))
		m.Thread("waker", func() { m.Assert(q.WakeAll() == 2, "not both") })
	})
}

// All that wait are woken, each on a processor of its own.
func TestModelQueueWakeAllConcurrent(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		for range 2 {
			m.runs("waiter", begun(m.waits(q.Wait, m.expects(Ready))))
		}
		m.Thread("waker", func() { q.WakeAll() })
	})
}

// Who waits again while all are woken is not woken by that.
func TestModelQueueWakeAllReregistering(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		var w [2]Wait
		var n [2]int
		for i := range w {
			r := begun(m.task(func(cx *task.Context) bool {
				for q.Wait(cx, &w[i]) == Ready {
					n[i]++
				}
				return false
			}))
			m.Thread("waiter", func() {
				atom.Await(func() bool { return r.Woken.Peek() != 0 })
				r.step()
			})
		}
		m.Thread("waker", func() { m.Assert(q.WakeAll() == 2, "not both") })
		m.Finally(func() {
			m.Assert(n[0] == 1 && n[1] == 1, "woken %d and %d times by one", n[0], n[1])
			m.Assert(w[0].state.Load() == waiting && w[1].state.Load() == waiting, "who waits again was woken by the same")
		})
	})
}

// A close ends all waits.
func TestModelQueueClose(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		for range 2 {
			m.runs("waiter", m.waits(q.Wait, m.expects(Closed)))
		}
		m.Thread("closer", func() { q.Close() })
	})
}

// One wake is passed from each that waited to the next, and is there in the end.
func TestModelQueueWakeOneMany(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		q.Wake()
		for range 2 {
			m.runs("waiter", m.waits(q.Wait, func(Result) { q.Wake() }))
		}
		m.Finally(func() {
			over := false
			begun(m.waits(q.Wait, func(Result) { over = true }))
			m.Assert(over, "the wake was lost")
		})
	})
}

// A wake of all and one of one, against one that waits: it is over.
func TestModelQueueWakeMixed(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		m.runs("waiter", m.waits(q.Wait, m.expects(Ready)))
		m.Thread("all", func() { q.WakeAll() })
		m.Thread("one", func() { q.Wake() })
	})
}

// One waits and gives up at once, another waits for two wakes, of which the first may be
// the one that was given up.
func TestModelQueueGiveUp(t *testing.T) {
	model(t, 0, func(m *world) {
		var q WaitQueue
		var w, other Wait
		n := 0
		q.Wake()
		m.runs("gives up", m.task(func(cx *task.Context) bool {
			if q.Wait(cx, &w) == Ready {
				q.Wake()
			}
			w.Cancel()
			return true
		}))
		m.runs("waits twice", m.task(func(cx *task.Context) bool {
			for q.Wait(cx, &other) == Ready {
				if n++; n == 2 {
					return true
				}
				q.Wake()
			}
			return false
		}))
	})
}

// The task that was woken is cancelled before or after it has seen it: the wake is seen once,
// by it or by the next.
func TestModelQueueCancelAgainstWake(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var q WaitQueue
		seen := 0
		a := begun(m.waits(q.Wait, func(Result) { seen++ }))
		b := begun(m.waits(q.Wait, func(Result) { seen++ }))
		core := m.runs("first", a)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.wakeBy(interrupt, core, func() { q.Wake() })
		m.Finally(func() {
			m.Assert(a.over, "the first is not over")
			b.step()
			m.Assert(seen == 1, "a wake was seen %d times", seen)
			b.end()
			m.Assert(q.list.Empty() && q.free == 0, "somebody is left in the list, or a wake")
		})
	})
}
