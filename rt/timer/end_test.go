//go:build !tamago

package timer

import (
	"math"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Whatever ends a task takes its sleep out of the wheel, before the turn that would have woken
// it: nobody is woken, nothing is stale, and the turn does not wait for anything.
func TestEndOfTheTaskUnlinks(t *testing.T) {
	for name, end := range map[string]func(w *world, sl *sleeper){
		"cancelled":               func(w *world, sl *sleeper) { sl.join.Cancel(); w.run() },
		"cancelled by itself":     func(w *world, sl *sleeper) { w.do(sl, func(cx *task.Context) { cx.Waker().Cancel() }) },
		"panicked":                func(w *world, sl *sleeper) { w.do(sl, func(*task.Context) { panic("on purpose") }) },
		"the executor shut down":  func(w *world, sl *sleeper) { w.Shutdown() },
		"cancelled, due by then":  func(w *world, sl *sleeper) { w.now += 100; w.wheel.Turn(); sl.join.Cancel(); w.run() },
		"cancelled, due and late": func(w *world, sl *sleeper) { w.now += 100; sl.join.Cancel(); w.run() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			stale := task.Stale()
			sl := w.sleeper(100)
			end(w, sl)
			if !sl.join.Done() || sl.s.state.Load() != over || w.wheel.used != 0 {
				t.Errorf("over %v, state %d, levels %b", sl.join.Done(), sl.s.state.Load(), w.wheel.used)
			}
			if got := w.turn(begin + 200); got.NextNS != math.MaxInt64 {
				t.Errorf("%+v", got)
			}
			if task.Stale() != stale {
				t.Error("a task was woken after its end")
			}
		})
	}
}

// A task that returns Ready with a sleep that waits beside what has come.
func TestReadyWithASleepOpen(t *testing.T) {
	w := newWorld(t)
	var d Deadline
	d.On(&w.wheel)
	d.For(100)
	done := false
	j := w.spawn(func(_ *none, cx *task.Context) task.Poll {
		if done {
			return task.Ready
		}
		d.Passed(cx)
		return task.Pending
	})
	done = true
	j.Waker().Wake()
	w.run()
	if _, err := j.Take(); err != nil || w.wheel.used != 0 {
		t.Errorf("joined with %v, %v, levels %b", err, over, w.wheel.used)
	}
}

// A waker of a turn that comes when the slot of its task has been spawned again: the later
// life sees no wake of the earlier one's sleep.
func TestStaleSleepWakesNobody(t *testing.T) {
	w := newWorld(t)
	tk := new(unit)
	s := new(Sleep)
	s.On(&w.wheel)
	s.For(100)
	j := w.spawnAt(tk, func(_ *none, cx *task.Context) task.Poll { return s.Poll(cx) })
	j.Cancel()
	w.run()
	j.Detach()
	polls := 0
	w.spawnAt(tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
	w.turn(begin + 100)
	if polls != 1 {
		t.Errorf("the later life was polled %d times", polls)
	}
}

// Of sleeps that were polled twice and whose tasks were cancelled nothing is left; the others
// are not disturbed.
func TestCancelPolledSleeps(t *testing.T) {
	w := newWorld(t)
	var sleepers []*sleeper
	for i := range int64(200) {
		sleepers = append(sleepers, w.sleeper(100+i*i*i))
	}
	for i, sl := range sleepers {
		w.do(sl, nil)
		if i%3 == 0 {
			sl.join.Cancel()
		}
	}
	w.run()
	w.check()
	got := w.turn(begin + 1<<30)
	if got.Expired != 200-67 {
		t.Errorf("%+v", got)
	}
	for i, sl := range sleepers {
		if sl.over != (i%3 != 0) {
			t.Errorf("number %d over: %v", i, sl.over)
		}
	}
}

// Nothing is allocated by any of it.
func TestNoAllocation(t *testing.T) {
	w := newWorld(t)
	var s *Sleep = new(Sleep)
	v, d := new(Interval), new(Deadline)
	s.On(&w.wheel)
	v.On(&w.wheel)
	d.On(&w.wheel)
	var do func(cx *task.Context)
	j, err := sched.Spawn(&w.Executor, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		if do != nil {
			do(cx)
		}
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	w.run()
	waiting := func(cx *task.Context) task.Poll { return task.Pending }
	for name, f := range map[string]func(cx *task.Context){
		"sleep":    func(cx *task.Context) { s.For(10); s.Poll(cx); s.For(1 << 40); s.Poll(cx); s.For(5) },
		"stop":     func(cx *task.Context) { s.For(10); s.Poll(cx); s.Stop() },
		"interval": func(cx *task.Context) { v.Every(5); v.Poll(cx); w.now += 17; v.Poll(cx) },
		"deadline": func(cx *task.Context) { d.For(10); d.Passed(cx); d.Stop() },
		"timeout":  func(cx *task.Context) { d.For(10); d.Wait(cx, waiting) },
	} {
		if n := testing.AllocsPerRun(100, func() {
			do = f
			j.Waker().Wake()
			w.Tick()
			w.now += 100
			w.wheel.Turn()
			w.Tick()
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
