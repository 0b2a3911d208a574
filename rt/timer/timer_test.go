package timer

import (
	"testing"

	"tamagotake/hal"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
)

type (
	unit = task.Task[task.None]
	none = task.None
)

// world is a wheel with a clock and an alarm of its own, and an executor.
type world struct {
	t     testing.TB
	wheel Wheel
	sched.Executor
	now   int64
	alarm int64
	set   int // how often the alarm was set
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, now: 1000}
	clock, alarm := hal.Clock, hal.Alarm
	t.Cleanup(func() { hal.Clock, hal.Alarm = clock, alarm })
	hal.Clock = func() int64 { return w.now }
	hal.Alarm = func(atNS int64) { w.alarm = atNS; w.set++ }
	w.wheel.Drive()
	return w
}

// run ticks until nothing is ready.
func (w *world) run() {
	for w.Tick().Remaining {
	}
}

// spawn starts a task and lets it run.
func (w *world) spawn(poll task.Func[none]) task.JoinHandle[none] {
	w.t.Helper()
	j, err := sched.Spawn(&w.Executor, new(unit), nil, poll)
	if err != nil {
		w.t.Fatal(err)
	}
	w.run()
	return j
}

// sleeper is a task that sleeps once.
type sleeper struct {
	s     Sleep
	polls int
	over  bool
	join  task.JoinHandle[none]
}

func (w *world) sleeper(ns int64) *sleeper {
	sl := new(sleeper)
	sl.s.On(&w.wheel)
	sl.s.For(ns)
	sl.join = w.spawn(func(cx *task.Context, _ *none) task.Poll {
		sl.polls++
		p := sl.s.Poll(cx)
		sl.over = p == task.Ready
		return p
	})
	return sl
}

// turn sets the clock and turns the wheel.
func (w *world) turn(toNS int64) Turned {
	w.now = toNS
	t := w.wheel.Turn()
	w.run()
	return t
}

// A turn wakes what the clock has passed, counts it and says when the next is wanted; the
// alarm is set to that.
func TestTurnWakes(t *testing.T) {
	w := newWorld(t)
	a, b := w.sleeper(100), w.sleeper(5000)
	if got := w.turn(1099); got != (Turned{NextNS: 1100}) || w.alarm != 1100 {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if got := w.turn(1100); got != (Turned{Expired: 1, NextNS: 6000}) || !a.over || b.over || w.alarm != 6000 {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if a.polls != 2 || b.polls != 1 {
		t.Errorf("polled %d and %d times", a.polls, b.polls)
	}
}
