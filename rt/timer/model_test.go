//go:build explore

package timer

import (
	"math"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Sleeps in every order of their steps: clock, alarm, critical sections, state words, queues.
// In the end the machine does what hardware and turner do, and nothing else: when the alarm is
// set it lets that time come and turns the wheel. So if an alarm was not set, or to what is not
// the next deadline, or a wake was lost, a task is left that has not ended.

type machine struct {
	m     *explore.Model
	wheel Wheel
	clock atom.Uint64
	alarm atom.Uintptr
	tasks []*sleeping
}

// sleeping is a task with a sleep, on an executor of its own.
type sleeping struct {
	e     sched.Executor
	tk    unit
	join  task.JoinHandle[none]
	s     Sleep
	polls int

	stopped bool // its sleep was: it is over at any time
}

// model explores every order.
func model(t *testing.T, build func(c *machine)) {
	t.Helper()
	explore.Check(t, explore.Config{}, func(m *explore.Model) {
		platform.ResetParkers()
		queue.Reset()
		raw.Reset()
		c := &machine{m: m}
		platform.Clock = func() int64 { return int64(c.clock.Load()) }
		platform.Alarm = func(atNS int64) { c.alarm.Store(uintptr(atNS)) }
		c.alarm.Store(math.MaxInt64)
		c.wheel.Drive()
		build(c)
	})
}

// task spawns one that is Ready when its sleep is over; do is what it does before each poll of
// it.
func (c *machine) task(do func(s *sleeping)) *sleeping {
	s := new(sleeping)
	s.s.On(&c.wheel)
	c.tasks = append(c.tasks, s)
	j, err := sched.Spawn(&s.e, &s.tk, nil, func(_ *none, cx *task.Context) task.Poll {
		s.polls++
		do(s)
		p := s.s.Poll(cx)
		c.m.Assert(p == task.Pending || s.stopped || int64(c.clock.Peek()) >= s.s.Deadline(), "over at %d, not at %d", c.clock.Peek(), s.s.Deadline())
		return p
	})
	c.m.Assert(err == nil, "spawn: %v", err)
	s.join = j
	return s
}

// at makes what a task does that sleeps until the times, one after the other: the next each
// time that it is polled, and then the last.
func at(times ...int64) func(*sleeping) {
	return func(s *sleeping) {
		if s.polls <= len(times) {
			s.s.Until(times[s.polls-1])
		}
	}
}

// tick is a thread's: one poll.
func (s *sleeping) tick() { s.e.TickN(1) }

// pass lets the clock go on to the time, and turns the wheel.
func (c *machine) pass(to uint64) {
	c.clock.Add(to - c.clock.Peek()) // nobody else's
	c.wheel.Turn()
}

// settle is the end: all tasks end by alarms.
func (c *machine) settle() {
	invalid := c.wheel.invalid()
	c.m.Assert(invalid == "", "%s", invalid)
	for range 10 {
		for _, s := range c.tasks {
			s.e.Tick()
		}
		if at := uint64(c.alarm.Peek()); at != math.MaxInt64 {
			c.pass(max(at, c.clock.Peek()))
		}
	}
	for i, s := range c.tasks {
		c.m.Assert(s.join.Done(), "task %d sleeps for ever: lost", i)
	}
	c.m.Assert(c.wheel.used == 0 && c.wheel.emptying == 0, "in the wheel are left levels %b", c.wheel.used)
}

// both runs two things at the same time: on two processors, or the second as an interrupt of
// the first's.
func both(t *testing.T, build func(c *machine) (first, second func())) {
	for _, interrupt := range []bool{false, true} {
		t.Run(map[bool]string{false: "threads", true: "interrupt"}[interrupt], func(t *testing.T) {
			model(t, func(c *machine) {
				first, second := build(c)
				core := c.m.Thread("first", first)
				if interrupt {
					c.m.Interrupt(core, "second", second)
				} else {
					c.m.Thread("second", second)
				}
				c.m.Finally(c.settle)
			})
		})
	}
}

// A sleep is armed and polled while time goes by and the wheel is turned: before its deadline
// or beyond.
func TestModelOneSleep(t *testing.T) {
	for _, passes := range []uint64{50, 100, 200} {
		both(t, func(c *machine) (first, second func()) {
			s := c.task(at(100))
			return s.tick, func() { c.pass(passes) }
		})
	}
}

// A sleep that waits, polled again while it ends.
func TestModelPollAgainstTurn(t *testing.T) {
	both(t, func(c *machine) (first, second func()) {
		s := c.task(at(100))
		s.tick()
		s.join.Waker().Wake()
		return s.tick, func() { c.pass(100) }
	})
}

// One sleep after the other: the second is armed while a turn comes for the first.
func TestModelTwoSleepsSequential(t *testing.T) {
	both(t, func(c *machine) (first, second func()) {
		s := c.task(func(s *sleeping) {
			if s.polls == 1 {
				s.s.Until(100)
			} else if s.s.state.Load() == due {
				s.s.Stop()
				s.s.Until(105)
			}
		})
		s.tick()
		c.pass(100)
		return s.tick, func() { c.pass(105) }
	})
}

// Two at the same time, on two executors, with deadlines on the same level and on two.
func TestModelTwoSleepsParallel(t *testing.T) {
	for _, second := range []int64{100, 5, 3000} {
		model(t, func(c *machine) {
			a, b := c.task(at(100)), c.task(at(second))
			c.m.Thread("first", a.tick)
			c.m.Thread("second", b.tick)
			c.m.Finally(func() {
				c.m.Assert(c.alarm.Peek() == uintptr(min(second, 100)), "the alarm is set to %d", c.alarm.Peek())
			})
			c.m.Finally(c.settle)
		})
	}
}

// Of two that wait, one is moved to a lower level or ends while the other is armed anew.
func TestModelTwoSleepsAgainstTurn(t *testing.T) {
	both(t, func(c *machine) (first, second func()) {
		a, b := c.task(at(130)), c.task(at(140, 150))
		a.tick()
		b.tick()
		b.join.Waker().Wake()
		return b.tick, func() { c.pass(130) }
	})
}

// A sooner sleep is armed while a turn finds out what the next deadline is: whoever is last,
// the alarm is set to the sooner.
func TestModelArmedWhileTurning(t *testing.T) {
	for _, order := range []string{"sleep, turn", "turn, sleep"} {
		t.Run(order, func(t *testing.T) {
			both(t, func(c *machine) (first, second func()) {
				far, near := c.task(at(1000)), c.task(at(100))
				far.tick()
				c.m.Finally(func() {
					c.m.Assert(c.alarm.Peek() == 100, "the alarm is set to %d", c.alarm.Peek())
				})
				first, second = near.tick, func() { c.wheel.Turn() }
				if order == "turn, sleep" {
					first, second = second, first
				}
				return first, second
			})
		})
	}
}

// A cancel of a sleeping task against the turn that wakes it: the task ends, nothing is left in
// the wheel, and another sleep is not disturbed.
func TestModelCancelAgainstTurn(t *testing.T) {
	for _, deadline := range []int64{100, 120} {
		both(t, func(c *machine) (first, second func()) {
			stale := task.Stale()
			s, other := c.task(at(100)), c.task(at(deadline))
			s.tick()
			other.tick()
			s.join.Cancel()
			c.m.Finally(func() {
				c.m.Assert(task.Stale() == stale, "a waker was used after the end of its task")
				c.m.Assert(s.s.state.Load() == over, "a turn has come upon the sleep of a task that had ended")
			})
			return s.tick, func() { c.pass(100) }
		})
	}
}

// Two sleeping tasks, polled twice, end on two threads, and the wheel is turned.
func TestModelCancelPolledSleeps(t *testing.T) {
	model(t, func(c *machine) {
		for range 2 {
			s := c.task(at(100))
			s.tick()
			s.join.Waker().Wake()
			s.tick()
			s.join.Cancel()
			c.m.Thread("executor", s.tick)
		}
		c.m.Thread("turner", func() { c.wheel.Turn() })
		c.m.Finally(c.settle)
	})
}

// A sleep is moved while a turn ends it: it is over once it is its later time, and not lost.
func TestModelMovedAgainstTurn(t *testing.T) {
	for _, to := range []int64{50, 500} {
		both(t, func(c *machine) (first, second func()) {
			s := c.task(at(100, to))
			s.tick()
			s.join.Waker().Wake()
			return s.tick, func() { c.pass(100) }
		})
	}
}

// A sleep is given up by its task and used by another, while a turn comes for the first.
func TestModelHandedOn(t *testing.T) {
	both(t, func(c *machine) (first, second func()) {
		a := c.task(func(s *sleeping) {
			if s.polls == 1 {
				s.s.Until(100)
			} else {
				s.s.Stop()
				s.stopped = true
			}
		})
		a.tick()
		a.join.Waker().Wake()
		b := &sleeping{}
		b.join, _ = sched.Spawn(&a.e, &b.tk, nil, func(_ *none, cx *task.Context) task.Poll {
			if b.polls++; b.polls == 1 {
				a.s.Until(120)
			}
			return a.s.Poll(cx)
		})
		c.tasks = append(c.tasks, b)
		return func() { a.e.TickN(2) }, func() { c.pass(100) }
	})
}

// An interval that is armed anew while time passes the next: it goes on, though its task does
// not look whether there is more.
func TestModelIntervalAgainstTurn(t *testing.T) {
	both(t, func(c *machine) (first, second func()) {
		var v Interval
		v.On(&c.wheel)
		v.Every(100)
		times := 0
		s := c.task(func(*sleeping) {})
		s.join.Cancel()
		s.e.Tick()
		s.join.Detach()
		j, err := sched.Spawn(&s.e, &s.tk, nil, func(_ *none, cx *task.Context) task.Poll {
			if v.Poll(cx) == task.Ready {
				if times++; times == 2 {
					v.Stop()
					return task.Ready
				}
			}
			return task.Pending
		})
		c.m.Assert(err == nil, "spawn: %v", err)
		s.join = j
		s.tick()
		c.pass(100)
		return s.tick, func() { c.pass(200) }
	})
}
