//go:build !tamago

package timer_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

func collect() {
	for range 3 {
		runtime.GC()
	}
}

// A sleep that a poll function has declared itself, and its wheel, are kept from the collector
// as long as the sleep waits, and no longer than the task lives.
func TestSleepIsKept(t *testing.T) {
	saved := platform.Clock
	t.Cleanup(func() { platform.Clock = saved })
	now := int64(1000)
	platform.Clock = func() int64 { return now }
	for name, begin := range map[string]func(cx *task.Context, on *timer.Wheel) weak.Pointer[timer.Sleep]{
		"Sleep": func(cx *task.Context, on *timer.Wheel) weak.Pointer[timer.Sleep] {
			var s timer.Sleep
			s.On(on)
			s.For(500)
			s.Poll(cx)
			return weak.Make(&s)
		},
		"two, of which one is stopped": func(cx *task.Context, on *timer.Wheel) weak.Pointer[timer.Sleep] {
			var s, other timer.Sleep
			s.On(on)
			other.On(on)
			s.For(500)
			s.Poll(cx)
			other.For(600)
			other.Poll(cx)
			other.Stop()
			return weak.Make(&s)
		},
		"Deadline": func(cx *task.Context, on *timer.Wheel) weak.Pointer[timer.Sleep] {
			d := new(struct {
				timer.Sleep // what is weak is the whole
				timer.Deadline
			})
			d.Deadline.On(on)
			d.Deadline.For(500)
			d.Passed(cx)
			return weak.Make(&d.Sleep)
		},
		"Interval": func(cx *task.Context, on *timer.Wheel) weak.Pointer[timer.Sleep] {
			v := new(struct {
				timer.Sleep
				timer.Interval
			})
			v.Interval.On(on)
			v.Every(500)
			v.Interval.Poll(cx)
			return weak.Make(&v.Sleep)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var e sched.Executor
			var wheel weak.Pointer[timer.Wheel]
			var sleep weak.Pointer[timer.Sleep]
			polls := 0
			j, err := sched.Spawn(&e, new(task.Task[task.None]), nil, func(_ *task.None, cx *task.Context) task.Poll {
				if polls++; polls > 1 {
					return task.Ready
				}
				on := new(timer.Wheel)
				wheel = weak.Make(on)
				sleep = begin(cx, on)
				return task.Pending
			})
			if err != nil {
				t.Fatal(err)
			}
			e.Tick()
			collect()
			if sleep.Value() == nil || wheel.Value() == nil {
				t.Fatalf("freed while it waits: the sleep %v, its wheel %v", sleep.Value() == nil, wheel.Value() == nil)
			}
			now += 1000
			if got := wheel.Value().Turn(); got.Expired != 1 {
				t.Errorf("%+v", got)
			}
			e.Tick()
			if _, err := j.Take(); polls != 2 || err != nil {
				t.Errorf("%d polls, %v", polls, err)
			}
			collect()
			if sleep.Value() != nil || wheel.Value() != nil {
				t.Errorf("kept after the end of the task: the sleep %v, its wheel %v", sleep.Value() != nil, wheel.Value() != nil)
			}
		})
	}
}
