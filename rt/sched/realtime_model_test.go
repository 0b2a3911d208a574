//go:build explore

package sched

import (
	"slices"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The real-time executor in every order: a thread, and interrupts of its processor that
// strike it, and each other's polls, at any step.

// seen is a poll function that notes which of the flags it has seen.
func seen(flags []atom.Uint32, saw []bool) task.Func[none] {
	return func(*none, *task.Context) task.Poll {
		for i := range flags {
			saw[i] = saw[i] || flags[i].Load() != 0
		}
		return task.Pending
	}
}

// A wake by a thread, struck by interrupts that wake and poll the same task, and strike that
// poll. What was done before each wake is seen by a poll.
func TestModelRealtimeWakeAgainstInterrupt(t *testing.T) {
	for interrupts := 1; interrupts <= 2; interrupts++ {
		models(t, func(f *machine) {
			flags, saw := make([]atom.Uint32, 3), make([]bool, 3)
			w := f.given(&Normal, seen(flags[:1+interrupts], saw)).Waker()
			f.runs(func() { flags[0].Store(1); w.Wake() })
			for i := range interrupts {
				f.wakes("interrupt", w, func() { flags[1+i].Store(1) })
			}
			f.Finally(func() {
				f.census()
				for i := range 1 + interrupts {
					f.Assert(saw[i], "the wake after flag %d was lost", i)
				}
			})
		})
	}
}

// The same with a poll that can be killed: the wakes are not lost, unless it is the task that
// was killed; then its joiner knows.
func TestModelRealtimeKilledPoll(t *testing.T) {
	models(t, func(f *machine) {
		f.kills = explore.ByFault | explore.ByBudget
		flags, saw := make([]atom.Uint32, 2), make([]bool, 2)
		j := f.given(&Normal, seen(flags, saw))
		f.runs(func() { flags[0].Store(1); j.Waker().Wake() })
		f.wakes("interrupt", j.Waker(), func() { flags[1].Store(1) })
		f.Finally(func() {
			f.census()
			f.Assert(j.Done() || saw[0] && saw[1], "a wake was lost")
			f.Assert(j.Done() == (Faults() == 1), "killed, and it is not over")
			f.Assert(f.faulted == int(Faults()), "killed, and not joined with that")
		})
	})
}

// Two interrupts of one line strike each other's poll: the task is polled while it is
// polled by nobody else, and goes on the queue once. The first is dispatched directly.
func TestModelRealtimeNestedInterrupt(t *testing.T) {
	models(t, func(f *machine) {
		flags, saw := make([]atom.Uint32, 2), make([]bool, 2)
		polling := false
		poll := seen(flags, saw)
		j := f.given(&Normal, func(out *none, cx *task.Context) task.Poll {
			f.Assert(!polling, "polled within its own poll")
			polling = true
			p := poll(out, cx)
			polling = false
			return p
		})
		f.runs(func() {})
		for i := range 2 {
			f.wakes("interrupt", j.Waker(), func() { flags[i].Store(1) })
		}
		f.Finally(func() {
			f.census()
			f.Assert(saw[0] && saw[1], "an interrupt was lost")
			f.Assert(f.wasPolled(j) <= 2, "%d polls for two interrupts", f.wasPolled(j))
		})
	})
}

// A poll wakes a task of the other queue and is killed at each of its steps, while an interrupt
// wakes a third: whoever is woken is polled.
func TestModelRealtimeKilledInAWake(t *testing.T) {
	models(t, func(f *machine) {
		f.kills = explore.ByFault | explore.ByBudget
		var done atom.Uint32
		victim := f.given(&Normal, pending)
		third := f.given(&Urgent, pending)
		j := f.given(&Normal, func(*none, *task.Context) task.Poll {
			victim.Waker().Wake()
			done.Store(1)
			return task.Pending
		})
		third.Waker().Wake()
		f.census()
		done.Store(0)
		f.polled = nil
		f.runs(func() { j.Waker().Wake() })
		f.wakes("interrupt", third.Waker(), func() {})
		f.Finally(func() {
			f.census()
			f.Assert(done.Peek() == 0 || f.wasPolled(victim) > 0 || victim.Done(), "a wake was lost")
			f.Assert(f.wasPolled(third) == 1 || third.Done(), "the interrupt was lost")
		})
	})
}

// A poll and an interrupt that strikes it wake the same task: it goes on the queue once.
func TestModelRealtimeTwoWakesInAPoll(t *testing.T) {
	models(t, func(f *machine) {
		other := f.given(&Normal, pending)
		j := f.given(&Urgent, func(*none, *task.Context) task.Poll { other.Waker().Wake(); return task.Pending })
		f.polled = nil
		f.runs(func() { j.Waker().Wake() })
		for range 2 {
			f.wakes("interrupt", other.Waker(), func() {})
		}
		f.Finally(func() {
			f.census()
			n := f.wasPolled(other)
			f.Assert(n >= 1 && n <= 3, "polled %d times for three wakes", n)
		})
	})
}

// The line of a thread's task interrupts: it is polled by its executor, and not before.
func TestModelRealtimeLineOfAThread(t *testing.T) {
	models(t, func(f *machine) {
		var e Executor
		var flag atom.Uint32
		polls := 0
		until := until(&flag, &polls)
		j := f.given(&e, func(out *none, cx *task.Context) task.Poll {
			f.Assert(f.level == levelThread, "polled at real-time level")
			return until(out, cx)
		})
		f.runs(func() { e.runUntil(j.Done) })
		f.wakes("interrupt", j.Waker(), func() { flag.Store(1) })
		f.Finally(func() {
			f.census()
			f.Assert(polls <= 3, "polled %d times", polls)
		})
	})
}

// A poll wakes a task of a thread executor that parks, and is killed at each of its steps: the
// executor does not wait with a task on its queue.
func TestModelRealtimeKilledInAWakeOfAThread(t *testing.T) {
	models(t, func(f *machine) {
		f.kills = explore.ByFault | explore.ByBudget
		var e Executor
		polls, woken := 0, false
		w := f.given(&e, func(*none, *task.Context) task.Poll { polls++; return task.Pending }).Waker()
		armed := false
		j := f.given(&Urgent, func(*none, *task.Context) task.Poll {
			if armed {
				w.Wake()
				woken = true
			}
			return task.Pending
		})
		armed = true
		f.runs(func() { e.Run() })
		f.MayWait(f.core)
		f.wakes("interrupt", j.Waker(), func() {})
		f.Finally(func() {
			f.Assert(e.queue.Empty(), "the executor has parked with a task on its queue")
			f.Assert(!woken || polls == 2, "woken, and polled %d times", polls)
			f.census()
		})
	})
}

// A poll cancels a task and is killed at each of its steps: the other is cancelled or not.
func TestModelRealtimeKilledInACancel(t *testing.T) {
	models(t, func(f *machine) {
		f.kills = explore.ByFault | explore.ByBudget
		victim := f.given(&Normal, pending)
		f.tasks = nil
		armed, said := false, false
		j := f.given(&Normal, func(*none, *task.Context) task.Poll {
			if armed {
				said = victim.Cancel()
			}
			return task.Pending
		})
		armed = true
		f.runs(func() { j.Waker().Wake() })
		f.wakes("interrupt", victim.Waker(), func() {})
		f.Finally(func() {
			f.census()
			_, err := victim.Take()
			f.Assert(!said || err == task.ErrCancelled, "cancelled, and joined with %v", err)
			f.Assert(err != nil, "it was not cancelled and is over")
		})
	})
}

// A task is cancelled by a thread, an interrupt and its own poll, and ends once, as the one
// that did it has said.
func TestModelRealtimeCancels(t *testing.T) {
	models(t, func(f *machine) {
		said := 0
		cancel := func(j task.JoinHandle[none]) {
			if j.Cancel() {
				said++
			}
		}
		var j task.JoinHandle[none]
		polls := 0
		j = f.given(&Normal, func(*none, *task.Context) task.Poll {
			if polls++; polls > 1 {
				cancel(j)
			}
			return task.Pending
		})
		f.tasks = nil
		f.starts = func() { f.Assert(said == 0, "polled after it was cancelled") }
		f.runs(func() { cancel(j) })
		f.wakes("interrupt", j.Waker(), func() {})
		f.wakes("interrupt", j.Waker(), func() { cancel(j) })
		f.Finally(func() {
			f.census()
			_, err := j.Take()
			f.Assert(err == task.ErrCancelled && said == 1, "%d cancels did it, and it was joined with %v", said, err)
			f.Assert(polls <= 2, "polled %d times", polls)
		})
	})
}

// A cancel by a thread, struck by an interrupt that polls: the task ends once, and as the
// cancel said.
func TestModelRealtimeCancelAgainstInterrupt(t *testing.T) {
	models(t, func(f *machine) {
		var end atom.Uint32
		j := f.given(&Urgent, func(*none, *task.Context) task.Poll {
			if end.Load() != 0 {
				return task.Ready
			}
			return task.Pending
		})
		f.tasks = nil
		said := false
		f.runs(func() {
			said = j.Cancel()
			f.Assert(j.Done(), "cancelled by a thread, and not over when that returns")
		})
		f.wakes("interrupt", j.Waker(), func() { end.Store(1) })
		f.Finally(func() {
			f.census()
			_, err := j.Take()
			f.Assert(err != task.ErrRunning, "not over")
			if said {
				f.Assert(err == task.ErrCancelled, "cancelled, and joined with %v", err)
			} else {
				f.Assert(err == task.ErrCancelledLate, "cancelled too late, and joined with %v", err)
			}
		})
	})
}

// What a thread does where interrupts are masked is done by the executor when they are not: a
// task that was cancelled ends, and the one behind it is polled.
func TestModelRealtimeMaskedThread(t *testing.T) {
	models(t, func(f *machine) {
		a, b := f.given(&Normal, pending), f.given(&Normal, pending)
		f.polled = nil
		f.runs(func() {
			saved := platform.MaskInterrupts()
			a.Cancel()
			b.Waker().Wake()
			platform.RestoreInterrupts(saved)
		})
		f.wakes("interrupt", a.Waker(), func() {})
		f.Finally(func() {
			f.Assert(a.Done(), "not over")
			f.Assert(f.wasPolled(b) == 1, "polled %d times", f.wasPolled(b))
			f.census()
		})
	})
}

// A task that is Ready is joined with its output, whatever comes in between.
func TestModelRealtimeReady(t *testing.T) {
	models(t, func(f *machine) {
		var end atom.Uint32
		j := f.given(&Normal, func(*none, *task.Context) task.Poll {
			if end.Load() != 0 {
				return task.Ready
			}
			return task.Pending
		})
		f.tasks = nil
		f.runs(func() { j.Waker().Wake() })
		f.wakes("interrupt", j.Waker(), func() { end.Store(1) })
		f.wakes("interrupt", j.Waker(), func() {})
		f.Finally(func() {
			f.census()
			_, err := j.Take()
			f.Assert(err == nil, "joined with %v", err)
		})
	})
}

// A joiner of thread level registers while an interrupt completes the task: it is woken,
// or finds the result.
func TestModelRealtimeJoinAgainstInterrupt(t *testing.T) {
	models(t, func(f *machine) {
		var e Executor
		polls := 0
		var end atom.Uint32
		j := f.given(&Normal, func(*none, *task.Context) task.Poll {
			if end.Load() != 0 {
				return task.Ready
			}
			return task.Pending
		})
		f.tasks = nil
		w := f.given(&e, func(*none, *task.Context) task.Poll { polls++; return task.Pending }).Waker()
		done := false
		f.runs(func() { done = joinWith(j, w) == task.Ready })
		f.wakes("interrupt", j.Waker(), func() { end.Store(1) })
		f.Finally(func() {
			f.census()
			f.Assert(done || polls == 2, "the joiner was not woken")
		})
	})
}

// What was woken first is polled first, also by an interrupt whose task could be polled
// directly; and the urgent before the normal.
func TestModelRealtimeOrder(t *testing.T) {
	for _, first := range []*Priority{&Normal, &Urgent} {
		for _, second := range []*Priority{&Normal, &Urgent} {
			models(t, func(f *machine) {
				a, b := f.given(first, pending), f.given(second, pending)
				var woken, struck atom.Uint32
				early, waiting := false, false
				f.polled = nil
				f.runs(func() {
					saved := platform.MaskInterrupts()
					a.Waker().Wake()
					woken.Store(1)
					early = struck.Load() == 0
					platform.RestoreInterrupts(saved)
				})
				f.wakes("interrupt", b.Waker(), func() { struck.Store(1); waiting = len(f.polled) == 0 })
				f.Finally(func() {
					f.census()
					f.Assert(len(f.polled) == 2, "%d polls for two wakes", len(f.polled))
					want := a.Waker()
					if waiting && first == &Normal && second == &Urgent {
						want = b.Waker()
					}
					f.Assert(!early || f.polled[0] == want, "the one to wait was polled first")
				})
			})
		}
	}
}

// Interrupts that strike a poll wake a normal and an urgent task: the urgent is polled first.
func TestModelRealtimeUrgentFirst(t *testing.T) {
	models(t, func(f *machine) {
		normal, urgent := f.given(&Normal, pending), f.given(&Urgent, pending)
		var busy atom.Uint32
		during := 0
		j := f.given(&Normal, func(*none, *task.Context) task.Poll {
			busy.Store(1)
			busy.Store(2)
			busy.Store(0)
			return task.Pending
		})
		f.polled = nil
		f.runs(func() { j.Waker().Wake() })
		note := func() {
			if RealtimeCurrent() == j.Waker() {
				during++
			}
		}
		f.wakes("normal", normal.Waker(), note)
		f.wakes("urgent", urgent.Waker(), note)
		f.Finally(func() {
			f.census()
			f.Assert(len(f.polled) == 3, "%d polls of 3", len(f.polled))
			if during == 2 {
				at := slices.Index(f.polled, j.Waker())
				f.Assert(f.polled[at+1] == urgent.Waker(), "the normal task was polled before the urgent")
			}
		})
	})
}

// A task that wakes itself in its poll is polled again, and behind who was woken before it.
func TestModelRealtimeWakesItself(t *testing.T) {
	models(t, func(f *machine) {
		polls := 0
		j := f.given(&Normal, func(_ *none, cx *task.Context) task.Poll {
			if polls++; polls == 2 {
				cx.Waker().Wake()
			}
			return task.Pending
		})
		f.runs(func() { j.Waker().Wake() })
		f.wakes("interrupt", j.Waker(), func() {})
		f.Finally(func() {
			f.census()
			f.Assert(polls >= 3, "polled %d times", polls)
		})
	})
}

// The line of a task that has ended, and whose slot has another life, interrupts: the later
// life is not polled for it.
func TestModelRealtimeStaleLine(t *testing.T) {
	models(t, func(f *machine) {
		f.spawns = true
		stale := task.Stale()
		tk := new(unit)
		polls := 0
		j := given(f.Model, &Normal, tk, ready)
		w := j.Waker()
		respawned := false
		f.runs(func() {
			j.Take()
			_, err := Spawn(&Normal, tk, nil, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
			f.Assert(err == nil, "spawn: %v", err)
			respawned = true
		})
		n := uint32(0)
		irq.Register(n, "line", irq.Edge, w)
		f.Interrupt(f.core, "interrupt", func() { f.interrupt(n) })
		f.Finally(func() {
			f.census()
			f.Assert(respawned && polls == 1, "the later life was polled %d times", polls)
			f.Assert(task.Stale() <= stale+1, "%d stale", task.Stale()-stale)
		})
	})
}

// A line is registered while it interrupts: the interrupt is the task's or stray, and counted.
func TestModelRealtimeRegister(t *testing.T) {
	models(t, func(f *machine) {
		var registered atom.Uint32
		j := f.given(&Normal, pending)
		stray := f.given(&Normal, pending)
		f.polled = nil
		irq.RegisterStray(stray.Waker())
		before := irq.Counted(0)
		f.runs(func() { irq.Register(0, "line", irq.Edge, j.Waker()); registered.Store(1) })
		was := uint32(0)
		f.Interrupt(f.core, "interrupt", func() { was = registered.Load(); f.interrupt(0) })
		f.Finally(func() {
			f.census()
			f.Assert(irq.Counted(0) == before+1, "not counted")
			f.Assert(f.wasPolled(j)+f.wasPolled(stray) == 1, "polled %d and %d", f.wasPolled(j), f.wasPolled(stray))
			f.Assert(was == 0 || f.wasPolled(j) == 1, "registered, and it was stray")
		})
	})
}

// A non-maskable interrupt comes anywhere: in the thread's section, in an entry, in a poll, on
// top of an interrupt there. Its task is polled, and the others' wakes are not lost.
func TestModelRealtimeNMI(t *testing.T) {
	models(t, func(f *machine) {
		flags, saw := make([]atom.Uint32, 1), make([]bool, 1)
		j := f.given(&Normal, seen(flags, saw))
		n := f.given(&Urgent, pending)
		f.polled = nil
		f.runs(func() { platform.RestoreInterrupts(platform.MaskInterrupts()) })
		f.wakes("interrupt", j.Waker(), func() { flags[0].Store(1) })
		f.nmi(n.Waker())
		f.Finally(func() {
			f.census()
			f.Assert(saw[0], "a wake was lost")
			f.Assert(f.wasPolled(n) == 1, "the NMI's task was polled %d times", f.wasPolled(n))
		})
	})
}
