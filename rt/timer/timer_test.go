//go:build !tamago

package timer

import (
	"fmt"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
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
	clock, alarm := platform.Clock, platform.Alarm
	t.Cleanup(func() { platform.Clock, platform.Alarm = clock, alarm })
	return newWorldIn(t)
}

func newWorldIn(t failer) *world {
	w := &world{t: t, now: begin}
	platform.Clock = func() int64 { return w.now }
	platform.Alarm = func(atNS int64) { w.alarm = atNS }
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
	sl.s.For(time.Duration(ns))
	sl.join = w.spawn(sl.poll)
	return sl
}

func (sl *sleeper) poll(_ *none, cx *task.Context) task.Poll {
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
	if text := w.wheel.invalid(); text != "" {
		w.t.Fatalf("%s", text)
	}
}

// invalid says what is wrong with the wheel, "" if nothing is.
func (w *Wheel) invalid() string {
	for l := range uint32(levels + 1) {
		if (w.used>>l&1 != 0) != (w.occupied[l] != 0) {
			return fmt.Sprintf("level %d is used: %v, its slots %x", l, w.used>>l&1 != 0, w.occupied[l])
		}
	}
	for i := range w.slots {
		if uint32(i)+1 == w.emptying {
			continue // is on no bitmap, and need not be where a sleep would be put in now
		}
		at := &w.slots[i]
		l := uint32(i / perLevel)
		if (w.occupied[l]>>(i%perLevel)&1 != 0) != !at.sleeps.Empty() {
			return fmt.Sprintf("slot %d is occupied: %v", i, w.occupied[l]>>(i%perLevel)&1 != 0)
		}
		for link := at.sleeps.First(); link != nil; link = link.Next() {
			s := sleepOf(link)
			if s.tick <= w.now || s.tick < at.first || s.slot != uint32(i) || level(w.now, s.tick) != l {
				return fmt.Sprintf("in slot %d at %d: a sleep until %d that thinks it is in slot %d", i, w.now, s.tick, s.slot)
			}
		}
	}
	return ""
}
