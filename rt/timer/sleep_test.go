//go:build !tamago

package timer

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A sleep of nothing, of less than nothing, and until what has been, is over at the first
// poll; and these are what the next turn reports, though it wakes nobody.
func TestSleepOfNothingIsReadyAtFirstPoll(t *testing.T) {
	w := newWorld(t)
	for _, ns := range []int64{0, -1, math.MinInt64} {
		if sl := w.sleeper(ns); !sl.over || sl.polls != 1 {
			t.Errorf("For(%d): over %v after %d polls", ns, sl.over, sl.polls)
		}
	}
	for _, at := range []int64{begin, begin - 1, 0, -5} {
		sl := w.sleeper(1)
		w.do(sl, func(*task.Context) { sl.s.Until(at) })
		if !sl.over {
			t.Errorf("Until(%d): not over", at)
		}
	}
	if got := w.turn(w.now); got.Expired != 7 || got.NextNS != math.MaxInt64 {
		t.Errorf("the next turn says %+v", got)
	}
	if got := w.turn(w.now); got.Expired != 0 {
		t.Errorf("and the one after it %+v", got)
	}
}

// The time counts from For and not from the first poll.
func TestDeadlineIsCountedFromArming(t *testing.T) {
	w := newWorld(t)
	var s Sleep
	s.On(&w.wheel)
	s.For(100)
	if s.Deadline() != begin+100 {
		t.Errorf("deadline %d", s.Deadline())
	}
	w.now += 100
	over := false
	w.spawn(func(_ *none, cx *task.Context) task.Poll { over = s.Poll(cx) == task.Ready; return task.Ready })
	if !over {
		t.Error("not over at its first poll, when the time has come already")
	}
}

// The clock is read when a sleep is armed, however long ago the wheel was turned.
func TestTimeDoesNotStandStillBetweenTurns(t *testing.T) {
	w := newWorld(t)
	w.turn(2000)
	w.now = 5000
	sl := w.sleeper(100)
	if w.alarm != 5100 {
		t.Errorf("the alarm is set to %d", w.alarm)
	}
	if w.turn(5099); sl.over {
		t.Error("over too soon")
	}
	if w.turn(5100); !sl.over {
		t.Error("not over")
	}
}

// Polled again without a reason a sleep stays Pending, and wakes once.
func TestSecondPollIsPending(t *testing.T) {
	w := newWorld(t)
	sl := w.sleeper(100)
	for range 5 {
		w.do(sl, nil)
	}
	if sl.over || sl.polls != 6 {
		t.Errorf("over %v after %d polls", sl.over, sl.polls)
	}
	if got := w.turn(begin + 100); got.Expired != 1 || !sl.over || sl.polls != 7 {
		t.Errorf("%+v, over %v after %d polls", got, sl.over, sl.polls)
	}
}

// Polled again after it was Ready it is Ready again; so is one that was never armed.
func TestReadyStaysReady(t *testing.T) {
	w := newWorld(t)
	var s Sleep
	s.On(&w.wheel)
	readies := 0
	j := w.spawn(func(_ *none, cx *task.Context) task.Poll {
		for range 3 {
			if s.Poll(cx) == task.Ready {
				readies++
			}
		}
		return task.Pending
	})
	s.For(10)
	j.Waker().Wake()
	w.run()
	w.turn(begin + 10)
	j.Waker().Wake()
	w.run()
	if readies != 3+0+3+3 {
		t.Errorf("%d times Ready", readies)
	}
}

// A sleep that was stopped wakes nobody; armed again it does.
func TestStop(t *testing.T) {
	w := newWorld(t)
	sl := w.sleeper(100)
	w.do(sl, func(*task.Context) { sl.s.Stop() })
	w.check()
	if got := w.turn(begin + 200); got.Expired != 0 || sl.polls != 2 {
		t.Errorf("%+v, %d polls", got, sl.polls)
	}
	sl.over = false
	w.do(sl, func(*task.Context) { sl.s.Stop(); sl.s.For(100) })
	if got := w.turn(w.now + 100); got.Expired != 1 || !sl.over {
		t.Errorf("armed again: %+v, over %v", got, sl.over)
	}
	// Due, and stopped before it was polled.
	sl.over = false
	w.do(sl, func(*task.Context) { sl.s.For(100) })
	w.now += 100
	sl.next = func(*task.Context) { sl.s.Stop(); sl.s.For(50) }
	w.turn(w.now)
	if sl.over {
		t.Error("the end of the sleep before is taken for that of the next")
	}
	if w.turn(w.now + 50); !sl.over {
		t.Error("not over")
	}
}

// A sleep that waits is moved, sooner or later, and wakes once.
func TestMoved(t *testing.T) {
	w := newWorld(t)
	for _, ns := range []int64{1, 50, 99, 101, 1 << 20, 1 << 40, 1 << 62} {
		sl := w.sleeper(100)
		polls := sl.polls
		w.do(sl, func(*task.Context) { sl.s.For(time.Duration(ns)) })
		if at := sl.s.Deadline(); w.alarm > at {
			t.Errorf("moved to %d, the alarm is set to %d", at, w.alarm)
		}
		if w.turn(w.now + ns - 1); sl.over {
			t.Errorf("moved to %d ns: over too soon", ns)
		}
		if w.turn(w.now + 1); !sl.over || sl.polls != polls+2 {
			t.Errorf("moved to %d ns: over %v after %d polls", ns, sl.over, sl.polls-polls)
		}
	}
}

// A task that moves its sleep to what has been, and does not poll it, is woken all the same.
func TestMovedToThePast(t *testing.T) {
	w := newWorld(t)
	var s Sleep
	s.On(&w.wheel)
	s.For(100)
	polls, over := 0, 0
	j := w.spawn(func(_ *none, cx *task.Context) task.Poll {
		if polls++; polls == 2 {
			s.For(0)
			return task.Pending
		}
		if s.Poll(cx) == task.Ready {
			over++
		}
		return task.Pending
	})
	j.Waker().Wake()
	w.run()
	if polls != 3 || over != 1 {
		t.Errorf("polled %d times, over %d times", polls, over)
	}
}

// A task that is woken by the end of its sleep, and has moved the sleep before it could look,
// waits on.
func TestMovedWhenItWasDue(t *testing.T) {
	w := newWorld(t)
	sl := w.sleeper(100)
	sl.next = func(*task.Context) { sl.s.For(100) }
	if w.turn(begin + 100); sl.over {
		t.Error("over")
	}
	if got := w.turn(begin + 200); got.Expired != 1 || !sl.over {
		t.Errorf("%+v, over %v", got, sl.over)
	}
}

// Another task's poll of a sleep that waits, or is due and was not looked at, is refused; whose
// it is gets its wake.
func TestPollByAnotherTaskIsRefused(t *testing.T) {
	for _, isDue := range []bool{false, true} {
		w := newWorld(t)
		sl := w.sleeper(100)
		other, _ := sched.Spawn(&w.Executor, new(unit), nil, func(_ *none, cx *task.Context) task.Poll { return sl.s.Poll(cx) })
		if isDue {
			w.now += 100
			w.wheel.Turn() // the other is on the queue before the sleeper
		}
		w.run()
		var panicked *task.PanicError
		if _, err := other.Take(); !errors.As(err, &panicked) {
			t.Errorf("due %v: joined with %v", isDue, err)
		}
		w.turn(begin + 100)
		if !sl.over {
			t.Errorf("due %v: the sleeper was not woken", isDue)
		}
	}
}

// A sleep can go from one task to another, if the first gives it up or has ended: the second
// is woken, the first is not.
func TestHandedOn(t *testing.T) {
	w := newWorld(t)
	for _, how := range []string{"stopped", "cancelled"} {
		first := w.sleeper(100)
		at := first.s.Deadline()
		if how == "stopped" {
			w.do(first, func(*task.Context) { first.s.Stop(); first.over = true })
		} else {
			first.join.Cancel()
			w.run()
		}
		polls := first.polls
		first.s.Until(at)
		over := 0
		w.spawn(func(_ *none, cx *task.Context) task.Poll {
			if first.s.Poll(cx) == task.Pending {
				return task.Pending
			}
			over++
			return task.Ready
		})
		w.turn(at)
		if over != 1 || first.polls != polls {
			t.Errorf("%s: the second is over %d times, the first was polled %d times more", how, over, first.polls-polls)
		}
	}
}

// However long, a deadline does not turn into one that has been.
func TestNoOverflow(t *testing.T) {
	w := newWorld(t)
	const year = 365 * 24 * 3600e9
	for _, shift := range []uint{0, 10, 32} {
		w.wheel = Wheel{}
		w.wheel.SetTick(shift)
		w.wheel.Drive()
		w.now = 200 * year
		for _, ns := range []int64{math.MaxInt64, math.MaxInt64 - w.now, math.MaxInt64 - 1, 92 * year, 1 << 62} {
			sl := w.sleeper(ns)
			if sl.over || sl.s.Deadline() <= w.now {
				t.Errorf("shift %d, %d ns: over %v, deadline %d", shift, ns, sl.over, sl.s.Deadline())
			}
			if w.turn(w.now + year); sl.over {
				t.Errorf("shift %d, %d ns: over after a year", shift, ns)
			}
			sl.join.Cancel()
			w.run()
		}
		sl := w.sleeper(50 * year)
		if w.alarm > w.now+50*year+1<<shift {
			t.Errorf("shift %d: the alarm is %d", shift, w.alarm)
		}
		if w.turn(w.now + 50*year - 1); sl.over {
			t.Errorf("shift %d: over too soon", shift)
		}
		if w.turn(w.now + 1 + 1<<shift); !sl.over {
			t.Errorf("shift %d: not over", shift)
		}
	}
}

// Durations are rounded up: to a tick, never to nothing, and no sleep is over before its
// time.
func TestRoundedUp(t *testing.T) {
	w := newWorld(t)
	const tick = 1 << 20
	w.wheel.SetTick(20)
	w.now = tick/2 + 1
	for _, ns := range []int64{1, 300e3, tick - 1, tick, tick + 1, 5*tick + 7} {
		sl := w.sleeper(ns)
		at := w.now + ns
		if sl.over {
			t.Errorf("%d ns: over at the first poll", ns)
		}
		if w.alarm < at || w.alarm > at+tick || w.alarm%tick != 0 {
			t.Errorf("%d ns: the alarm is %d ns after the deadline", ns, w.alarm-at)
		}
		if w.turn(at - 1); sl.over {
			t.Errorf("%d ns: over too soon", ns)
		}
		if w.turn(w.alarm); !sl.over {
			t.Errorf("%d ns: not over at the alarm", ns)
		}
	}
}

// The length of a tick does not change below a sleep that waits.
func TestSetTickLate(t *testing.T) {
	var w Wheel
	s := new(Sleep)
	s.On(&w)
	s.For(20e6)
	var e sched.Executor
	sched.Spawn(&e, new(task.Task[task.None]), nil, func(_ *task.None, cx *task.Context) task.Poll { s.Poll(cx); return task.Pending })
	e.Tick()
	w.SetTick(0)
	defer func() {
		if v := recover(); v != "timer: SetTick of a wheel on which a sleep waits" {
			t.Error(v)
		}
	}()
	w.SetTick(10)
}
