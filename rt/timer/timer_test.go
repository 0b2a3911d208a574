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

// failer is a testing.T or a rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// world is a wheel with a clock and an alarm of its own, and an executor.
type world struct {
	t     failer
	wheel Wheel
	sched.Executor
	now   int64
	alarm int64
}

const begin = 1000 // ns

func newWorld(t testing.TB) *world {
	clock, alarm := hal.Clock, hal.Alarm
	t.Cleanup(func() { hal.Clock, hal.Alarm = clock, alarm })
	return newWorldIn(t)
}

func newWorldIn(t failer) *world {
	w := &world{t: t, now: begin}
	hal.Clock = func() int64 { return w.now }
	hal.Alarm = func(atNS int64) { w.alarm = atNS }
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
	return w.spawnAt(new(unit), poll)
}

func (w *world) spawnAt(tk *unit, poll task.Func[none]) task.JoinHandle[none] {
	w.t.Helper()
	j, err := sched.Spawn(&w.Executor, tk, nil, poll)
	if err != nil {
		w.t.Fatalf("spawn: %v", err)
	}
	w.run()
	return j
}

// turn sets the clock, turns the wheel and lets the tasks run.
func (w *world) turn(toNS int64) Turned {
	w.t.Helper()
	w.now = toNS
	t := w.wheel.Turn()
	w.run()
	w.check()
	return t
}

// sleeper is a task that sleeps, over and over if it is told to.
type sleeper struct {
	s     Sleep
	next  func(cx *task.Context) // what it does at the next poll, before it polls the sleep
	polls int
	ends  int
	over  bool
	join  task.JoinHandle[none]
}

// sleeper spawns a task whose sleep was armed before.
func (w *world) sleeper(ns int64) *sleeper {
	w.t.Helper()
	sl := new(sleeper)
	sl.s.On(&w.wheel)
	sl.s.For(ns)
	sl.join = w.spawn(sl.poll)
	return sl
}

func (sl *sleeper) poll(cx *task.Context, _ *none) task.Poll {
	sl.polls++
	if do := sl.next; do != nil {
		sl.next = nil
		do(cx)
	}
	p := sl.s.Poll(cx)
	if p == task.Ready && !sl.over {
		sl.over = true
		sl.ends++
	}
	return task.Pending
}

// do has the task poll, after it has done f.
func (w *world) do(sl *sleeper, f func(cx *task.Context)) {
	sl.next = f
	sl.join.Waker().Wake()
	w.run()
}

// check looks whether the wheel is what it ought to be.
func (w *world) check() {
	w.t.Helper()
	h := &w.wheel
	for l := range uint32(levels + 1) {
		if (h.used>>l&1 != 0) != (h.occupied[l] != 0) {
			w.t.Fatalf("level %d is used: %v, its slots %x", l, h.used>>l&1 != 0, h.occupied[l])
		}
	}
	for i := range h.slots {
		if uint32(i)+1 == h.emptying {
			continue // is on no bitmap, and need not be where a sleep would be put in now
		}
		sl := &h.slots[i]
		l := uint32(i / perLevel)
		if (h.occupied[l]>>(i%perLevel)&1 != 0) != !sl.sleeps.Empty() {
			w.t.Fatalf("slot %d is occupied: %v", i, h.occupied[l]>>(i%perLevel)&1 != 0)
		}
		for link := sl.sleeps.First(); link != nil; link = link.Next() {
			s := sleepOf(link)
			if s.tick <= h.now || s.tick < sl.first || s.slot != uint32(i) || level(h.now, s.tick) != l || s.state.Load() != waiting {
				w.t.Fatalf("in slot %d at %d: %+v", i, h.now, s)
			}
		}
	}
}
