//go:build explore

package sched

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Tasks and executors in every order of their steps. What each model shows is in its name
// and comment; the test of mutants beside this file says what each would find.

// model explores the orders with at most two preemptions, and with EXPLORE_LONG every order.
func model(t *testing.T, build func(m *explore.Model)) {
	t.Helper()
	explore.Check(t, explore.Config{Soon: 2}, func(m *explore.Model) {
		platform.ResetParkers()
		queue.Reset()
		raw.Reset()
		build(m)
	})
}

// given spawns before the model begins.
func given(m *explore.Model, e Spawner, tk *unit, poll task.Func[none]) task.JoinHandle[none] {
	j, err := Spawn(e, tk, nil, poll)
	m.Assert(err == nil, "spawn: %v", err)
	return j
}

// until makes a poll function that is Ready when flag is set, and counts its calls.
func until(flag *atom.Uint32, polls *int) task.Func[none] {
	return func(*none, *task.Context) task.Poll {
		*polls++
		if flag.Load() != 0 {
			return task.Ready
		}
		return task.Pending
	}
}

// A wake against the beginning and the end of a poll, and against an executor that is
// parking: whatever was done before the wake, the task sees it. As a thread of another
// processor, and as an interrupt of the executor's.
func TestModelWakeAgainstPoll(t *testing.T) {
	for _, interrupt := range []bool{false, true} {
		t.Run(map[bool]string{false: "thread", true: "interrupt"}[interrupt], func(t *testing.T) {
			model(t, func(m *explore.Model) {
				var e Executor
				var tk unit
				var flag atom.Uint32
				polls := 0
				j := given(m, &e, &tk, until(&flag, &polls))
				w := j.Waker()
				c := m.Thread("executor", func() { e.runUntil(j.Done) })
				wake := func() { flag.Store(1); w.Wake() }
				if interrupt {
					m.Interrupt(c, "interrupt", wake)
				} else {
					m.Thread("waker", wake)
				}
				m.Finally(func() {
					m.Assert(polls <= 2, "polled %d times for one spawn and one wake", polls)
				})
			})
		})
	}
}

// Two wakes at the same time put the task on the queue once.
func TestModelTwoWakers(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		polls := 0
		w := given(m, &e, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending }).Waker()
		e.Tick()
		m.Thread("waker", func() { w.Wake() })
		m.Thread("waker", func() { w.Wake() })
		m.Thread("executor", func() { e.TickN(1) })
		m.Finally(func() {
			e.Tick()
			m.Assert(polls >= 2 && polls <= 3, "polled %d times for one spawn and two wakes", polls)
		})
	})
}

// A wake, by an interrupt, of the task that is just putting another on the queue.
func TestModelInterruptOnTopOfAWake(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var a, b unit
		var flagA, flagB atom.Uint32
		polls := 0
		ja := given(m, &e, &a, until(&flagA, &polls))
		jb := given(m, &e, &b, until(&flagB, &polls))
		e.Tick()
		c := m.Thread("executor", func() {
			flagA.Store(1)
			ja.Waker().Wake()
			e.runUntil(func() bool { return ja.Done() && jb.Done() })
		})
		m.Interrupt(c, "interrupt", func() { flagB.Store(1); jb.Waker().Wake() })
	})
}

// A cancel against a wake and against completion: the task ends once, and what cancel
// said is what the joiner sees.
func TestModelCancelAgainstWakeAndCompletion(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		var flag atom.Uint32
		polls := 0
		j := given(m, &e, &tk, until(&flag, &polls))
		e.Tick()
		m.Thread("executor", func() { e.TickN(2) })
		m.Thread("waker", func() { flag.Store(1); j.Waker().Wake() })
		said := false
		m.Thread("canceller", func() { said = j.Cancel() })
		m.Finally(func() {
			e.Tick()
			_, err := j.Take()
			m.Assert(err != task.ErrRunning, "not over")
			if said {
				m.Assert(errors.Is(err, task.ErrCancelled), "cancelled, and joined with %v", err)
			} else {
				m.Assert(err == task.ErrCancelledLate, "cancelled too late, and joined with %v", err)
			}
		})
	})
}

// A cancel of an idle task reaches it, although the executor has parked.
func TestModelCancelIdle(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		j := given(m, &e, &tk, pending)
		e.Tick()
		m.Thread("executor", func() { e.runUntil(j.Done) })
		m.Thread("canceller", func() { m.Assert(j.Cancel(), "not cancelled") })
		m.Finally(func() {
			_, err := j.Take()
			m.Assert(err == task.ErrCancelled, "joined with %v", err)
		})
	})
}

// A task cancels itself while another thread wakes it.
func TestModelSelfCancel(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		j := given(m, &e, &tk, func(_ *none, cx *task.Context) task.Poll {
			m.Assert(cx.Waker().Cancel(), "not cancelled")
			return task.Pending
		})
		m.Thread("executor", func() { e.runUntil(j.Done) })
		m.Thread("waker", func() { j.Waker().Wake() })
		m.Finally(func() {
			_, err := j.Take()
			m.Assert(err == task.ErrCancelled, "joined with %v", err)
		})
	})
}

// Two cancels: exactly one did it.
func TestModelTwoCancels(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		j := given(m, &e, &tk, pending)
		did := 0
		for range 2 {
			m.Thread("canceller", func() {
				if j.Cancel() {
					did++
				}
			})
		}
		m.Thread("executor", func() { e.TickN(1) })
		m.Finally(func() {
			e.Tick()
			m.Assert(did == 1 && j.Done(), "%d cancels did it", did)
		})
	})
}

// A joiner registers while the task completes on another processor: it is woken or finds
// the result, takes it once, and the slot is free.
func TestModelJoinAgainstCompletion(t *testing.T) {
	model(t, func(m *explore.Model) {
		var runner, joiner Executor
		var child, parent unit
		j := given(m, &runner, &child, ready)
		joined := 0
		given(m, &joiner, &parent, func(_ *none, cx *task.Context) task.Poll {
			if j.Poll(cx) == task.Pending {
				return task.Pending
			}
			_, err := j.Take()
			m.Assert(err == nil, "joined with %v", err)
			joined++
			return task.Ready
		})
		m.Thread("runner", func() { runner.Tick() })
		m.Thread("joiner", func() { joiner.TickN(1) })
		m.Finally(func() {
			joiner.Tick()
			m.Assert(joined == 1, "joined %d times", joined)
			given(m, &runner, &child, ready)
		})
	})
}

// A second poll with another waker, while the task completes: the second is woken, if the
// result was not there.
func TestModelJoinWakerReplaced(t *testing.T) {
	model(t, func(m *explore.Model) {
		var runner, joiner Executor
		var child, first, second unit
		j := given(m, &runner, &child, ready)
		polls := 0
		w1 := given(m, &joiner, &first, pending).Waker()
		w2 := given(m, &joiner, &second, func(*none, *task.Context) task.Poll { polls++; return task.Pending }).Waker()
		joiner.Tick()
		done := false
		m.Thread("runner", func() { runner.Tick() })
		m.Thread("joiner", func() {
			done = joinWith(j, w1) == task.Ready || joinWith(j, w2) == task.Ready
		})
		m.Finally(func() {
			joiner.Tick()
			m.Assert(done || polls == 2, "the second waker was not woken")
		})
	})
}

// The handle is given up while the task completes: the slot is free in the end.
func TestModelDetachAgainstCompletion(t *testing.T) {
	model(t, func(m *explore.Model) {
		var runner, joiner Executor
		var child, waiting unit
		j := given(m, &runner, &child, ready)
		w := given(m, &joiner, &waiting, pending).Waker()
		joiner.Tick()
		m.Thread("runner", func() { runner.Tick() })
		m.Thread("joiner", func() {
			if joinWith(j, w) == task.Pending {
				j.Detach()
			} else {
				j.Take()
			}
		})
		m.Finally(func() { given(m, &runner, &child, ready) })
	})
}

// The joiner takes the result while the executor is still waking it, and uses the slot
// again at once, on an executor of its own: the later life is not disturbed.
func TestModelSlotReusedAtOnce(t *testing.T) {
	model(t, func(m *explore.Model) {
		var runner, other Executor
		var child unit
		j := given(m, &runner, &child, ready)
		joinWith(j, j.Waker()) // any task: a joiner is waiting
		again := false
		m.Thread("runner", func() { runner.TickN(1) })
		m.Thread("joiner", func() {
			if _, err := j.Take(); err == task.ErrRunning {
				return
			}
			_, err := Spawn(&other, &child, nil, pending)
			if again = err == nil; again {
				other.TickN(1)
			} else {
				m.Assert(err == task.ErrAlive, "spawned: %v", err)
			}
		})
		m.Finally(func() {
			if again {
				m.Assert(other.Tasks()[0].State == "idle", "the later life is %s", other.Tasks()[0].State)
			}
		})
	})
}

// A waker of an earlier life is used while the slot is used again: nothing comes of it.
func TestModelStaleWaker(t *testing.T) {
	for name, use := range map[string]func(task.Waker){
		"wake":   task.Waker.Wake,
		"cancel": func(w task.Waker) { w.Cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			model(t, func(m *explore.Model) {
				var e Executor
				var tk unit
				polls := 0
				j := given(m, &e, &tk, ready)
				e.Tick()
				m.Thread("executor", func() {
					j.Take()
					given(m, &e, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
					e.TickN(1)
				})
				m.Thread("other", func() { use(j.Waker()) })
				m.Finally(func() {
					e.Tick()
					m.Assert(polls == 1, "the later life was polled %d times", polls)
					m.Assert(e.Tasks()[0].State == "idle", "the later life is %s", e.Tasks()[0].State)
				})
			})
		})
	}
}

// The same after 2^24 spawns: the state word of the later life has the generation of the
// waker's.
func TestModelStaleWakerOfTheSameGeneration(t *testing.T) {
	for name, use := range map[string]func(task.Waker){
		"wake":   task.Waker.Wake,
		"cancel": func(w task.Waker) { w.Cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			model(t, func(m *explore.Model) {
				var e Executor
				var tk unit
				polls := 0
				j := given(m, &e, &tk, ready)
				e.Tick()
				j.Take()
				raw.SkipNumbers(1<<24 - 1)
				m.Thread("executor", func() {
					k := given(m, &e, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
					m.Assert(k.ID() == j.ID()+1<<24, "task %d after task %d", k.ID(), j.ID())
					e.TickN(1)
				})
				m.Thread("other", func() { use(j.Waker()) })
				m.Finally(func() {
					e.Tick()
					m.Assert(polls == 1, "the later life was polled %d times", polls)
					m.Assert(e.Tasks()[0].State == "idle", "the later life is %s", e.Tasks()[0].State)
				})
			})
		})
	}
}

// A task is spawned from another thread while the executor ticks and parks.
func TestModelSpawnFromOutside(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var first, second unit
		ran := false
		given(m, &e, &first, pending)
		m.Thread("executor", func() { e.runUntil(func() bool { return ran }) })
		m.Thread("spawner", func() {
			given(m, &e, &second, func(*none, *task.Context) task.Poll { ran = true; return task.Ready })
		})
	})
}

// Another thread asks for the current task: it gets none, or the one.
func TestModelCurrent(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		w := given(m, &e, &tk, func(_ *none, cx *task.Context) task.Poll {
			m.Assert(e.Current() == cx.Waker(), "not the current task in its own poll")
			return task.Pending
		}).Waker()
		m.Thread("executor", func() { e.Tick() })
		m.Thread("other", func() {
			got := e.Current()
			m.Assert(got == task.Waker{} || got == w, "the current task is another")
		})
		m.Finally(func() { m.Assert(e.Current() == task.Waker{}, "a current task without a tick") })
	})
}

// A task is stolen while it is woken: the wake reaches it wherever it is.
func TestModelStealAgainstWake(t *testing.T) {
	model(t, func(m *explore.Model) {
		var victim, thief Executor
		victim.Share()
		var tk unit
		var flag atom.Uint32
		polls := 0
		j := given(m, &victim, &tk, until(&flag, &polls))
		m.Thread("thief", func() {
			if s, r := victim.TrySteal(); r == queue.Item {
				m.Assert(s.N(&thief, 2) <= 1, "stole what was not there")
				s.Release()
			}
			thief.TickN(2)
		})
		m.Thread("waker", func() { flag.Store(1); j.Waker().Wake() })
		m.Finally(func() {
			thief.Tick()
			victim.Tick()
			m.Assert(j.Done(), "not over after %d polls", polls)
			m.Assert(polls <= 2, "polled %d times", polls)
		})
	})
}

// The victim ticks while it is stolen from: each task runs once.
func TestModelStealAgainstTick(t *testing.T) {
	model(t, func(m *explore.Model) {
		var victim, thief Executor
		victim.Share()
		var a, b unit
		runs := 0
		run := func(*none, *task.Context) task.Poll { runs++; return task.Ready }
		given(m, &victim, &a, run).Detach()
		given(m, &victim, &b, run).Detach()
		m.Thread("victim", func() { victim.TickN(2) })
		m.Thread("thief", func() {
			if s, r := victim.TrySteal(); r == queue.Item {
				s.One(&thief)
				s.Release()
			}
			thief.Tick()
		})
		m.Finally(func() {
			victim.Tick()
			m.Assert(runs == 2, "%d runs of 2", runs)
		})
	})
}

// Two executors take from an injector: each task runs once.
func TestModelInjector(t *testing.T) {
	model(t, func(m *explore.Model) {
		var in Injector
		var workers [2]Executor
		var a, b unit
		runs := 0
		run := func(*none, *task.Context) task.Poll { runs++; return task.Ready }
		given(m, &in, &a, run).Detach()
		given(m, &in, &b, run).Detach()
		for i := range workers {
			m.Thread("worker", func() {
				if s, r := in.TrySteal(); r == queue.Item {
					s.One(&workers[i])
					s.Release()
				}
				workers[i].TickN(1)
			})
		}
		m.Finally(func() {
			if s, r := in.TrySteal(); r == queue.Item {
				s.N(&workers[0], 2)
				s.Release()
				workers[0].Tick()
			}
			m.Assert(runs == 2, "%d runs of 2", runs)
		})
	})
}

// A shutdown against a spawn: the task is refused, or its joiner learns of it.
func TestModelShutdownAgainstSpawn(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		var j task.JoinHandle[none]
		var err error
		m.Thread("executor", func() { e.Shutdown() })
		m.Thread("spawner", func() { j, err = Spawn(&e, &tk, nil, pending) })
		m.Finally(func() {
			if err == nil {
				_, joined := j.Take()
				m.Assert(joined == task.ErrShutdown, "joined: %v", joined)
			} else {
				m.Assert(err == task.ErrShutdown, "spawned: %v", err)
			}
		})
	})
}

// A shutdown against a wake and a cancel.
func TestModelShutdownAgainstWake(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		var tk unit
		j := given(m, &e, &tk, pending)
		e.Tick()
		m.Thread("executor", func() { e.Shutdown() })
		m.Thread("waker", func() { j.Waker().Wake(); j.Cancel() })
		m.Finally(func() {
			_, err := j.Take()
			m.Assert(err == task.ErrShutdown, "joined: %v", err)
		})
	})
}

// Two spawns that are too late for a shutdown: each puts its task on the queue and then
// sees to it that the queue is drained, by itself or by the other.
func TestModelTwoDrains(t *testing.T) {
	model(t, func(m *explore.Model) {
		var e Executor
		e.Share() // so that it does not keep the right to take tasks
		var tasks [2]unit
		var joins [2]task.JoinHandle[none]
		for i := range tasks {
			joins[i] = given(m, &e, &tasks[i], pending)
		}
		e.Tick()
		e.closed.Store(1)
		for _, j := range joins {
			m.Thread("spawner", func() { j.Waker().Wake(); e.drain() })
		}
		m.Finally(func() { m.Assert(joins[0].Done() && joins[1].Done(), "one is left on the queue") })
	})
}
