//go:build !tamago

package coro

import (
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/internal/coroutines"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// clock is a time that the test moves, for the default wheel.
type clock struct{ now int64 }

var theClock clock

func useClock(t testing.TB) *clock {
	now, alarm := platform.Clock, platform.Alarm
	t.Cleanup(func() { platform.Clock, platform.Alarm = now, alarm })
	platform.Clock = func() int64 { return theClock.now }
	platform.Alarm = func(int64) {}
	return &theClock
}

func (c *clock) advance(e *sched.Executor, ns int64) {
	c.now += ns
	timer.Default.Turn()
	e.Tick()
}

func TestSleep(t *testing.T) {
	coroutines.Check(t)
	c := useClock(t)
	var e sched.Executor
	var tk, other place
	began := c.now
	var at []int64
	j := spawn(t, &e, &tk, func(x *Ctx) error {
		for _, ns := range []int64{0, 100, 1e9} {
			x.Sleep(time.Duration(ns))
			at = append(at, c.now-began)
		}
		return nil
	})
	jc := spawn(t, &e, &other, func(x *Ctx) error { x.Sleep(1e9); t.Error("slept"); return nil })
	jc.Cancel()
	for _, ns := range []int64{99, 1, 1e9 - 1, 1} {
		c.advance(&e, ns)
	}
	if !j.Done() || len(at) != 3 || at[0] != 0 || at[1] != 100 || at[2] != 1e9+100 {
		t.Errorf("done %v at %v", j.Done(), at)
	}
}

func TestWithin(t *testing.T) {
	c := useClock(t)
	var e sched.Executor
	var tk place
	var ev event
	var got []error
	j := spawn(t, &e, &tk, func(x *Ctx) error {
		for range 3 {
			got = append(got, x.Within(100, ev.Poll))
		}
		return nil
	})
	c.advance(&e, 50)
	ev.fire()
	e.Tick()          // in time,
	c.advance(&e, 99) // and the next has a time of its own
	c.advance(&e, 1)  // that is over
	ev.set = true     // both at once: the wait has come
	c.advance(&e, 100)
	if !j.Done() || got[0] != nil || got[1] != timer.ErrTimeout || got[2] != nil {
		t.Errorf("done %v, %v", j.Done(), got)
	}
}

// What a cancelled body was granted, and what it holds, goes to the next.
func TestSync(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var s tasksync.Semaphore
	var first, second, third place
	hold := func(x *Ctx) error {
		var w tasksync.Wait
		defer w.Cancel()
		if r := x.Sync(&w, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return s.Acquire(cx, w, 1) }); r != tasksync.Ready {
			t.Error(r)
		}
		x.Await(&event{})
		return nil
	}
	s.Add(1)
	ja := spawn(t, &e, &first, hold)
	jb := spawn(t, &e, &second, hold)
	jc := spawn(t, &e, &third, hold)
	if s.Free() != 0 {
		t.Fatal("not taken")
	}
	ja.Cancel() // holds it
	jb.Cancel() // is to have it
	e.Tick()
	if s.Free() != 0 || !ja.Done() || !jb.Done() || jc.Done() {
		t.Fatal("the third has not got it")
	}
	jc.Cancel()
	e.Tick()
	if s.Free() != 1 {
		t.Error("lost")
	}
}

func TestWaitsDoNotAllocate(t *testing.T) {
	c := useClock(t)
	var e sched.Executor
	var tk place
	var q tasksync.WaitQueue
	var w tasksync.Wait
	var ev event
	spawn(t, &e, &tk, func(x *Ctx) error {
		for {
			x.Sleep(10)
			x.Within(10, ev.Poll)
			x.Sync(&w, q.Wait)
		}
	})
	if n := testing.AllocsPerRun(100, func() {
		c.advance(&e, 10)
		c.advance(&e, 10)
		q.Wake()
		e.Tick()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	e.Shutdown()
}
