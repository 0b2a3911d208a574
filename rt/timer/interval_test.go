//go:build !tamago

package timer

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

// beats is a task with an interval that notes when it was due.
func (w *world) beats(v *Interval) (at *[]int64, j task.JoinHandle[none]) {
	at = new([]int64)
	j = w.spawn(func(_ *none, cx *task.Context) task.Poll {
		for v.Poll(cx) == task.Ready {
			*at = append(*at, w.now)
		}
		return task.Pending
	})
	return at, j
}

// An interval that is polled late each time does not drift.
func TestIntervalDoesNotDrift(t *testing.T) {
	w := newWorld(t)
	var v Interval
	v.On(&w.wheel)
	v.Every(100)
	at, _ := w.beats(&v)
	for n := range int64(1000) {
		due := begin + (n+1)*100
		if w.alarm != due || v.NextNS() != due {
			t.Fatalf("time %d is due at %d, the alarm is set to %d", n, due, w.alarm)
		}
		w.turn(due - 1)
		w.turn(due + n%100)
		if int64(len(*at)) != n+1 {
			t.Fatalf("due %d times after %d periods", len(*at), n+1)
		}
	}
	if v.Missed() != 0 {
		t.Errorf("%d missed", v.Missed())
	}
}

// Times that have gone by are counted and not made up for, and the next is in step.
func TestMissedTimesAreCounted(t *testing.T) {
	w := newWorld(t)
	var v Interval
	v.On(&w.wheel)
	v.From(begin+50, 100)
	at, _ := w.beats(&v)
	for _, x := range []struct {
		to           int64
		times        int
		missed, next int64
	}{{49, 0, 0, 50}, {50, 1, 0, 150}, {249, 2, 0, 250}, {350, 3, 1, 450}, {1049, 4, 6, 1050}, {1e9 + 50, 5, 6 + 9999990, 1e9 + 150}} {
		if w.turn(begin + x.to); len(*at) != x.times || int64(v.Missed()) != x.missed || v.NextNS() != begin+x.next {
			t.Errorf("after %d ns due %d times, %d missed, next in %d", x.to, len(*at), v.Missed(), v.NextNS()-begin)
		}
	}
}

// A task that takes one time and returns, without a look whether there is more, is woken all
// the same.
func TestIntervalIsArmedWhenItIsReady(t *testing.T) {
	w := newWorld(t)
	var v Interval
	v.On(&w.wheel)
	v.Every(100)
	times := 0
	w.spawn(func(_ *none, cx *task.Context) task.Poll {
		if v.Poll(cx) == task.Ready {
			times++
		}
		return task.Pending
	})
	for range 10 {
		w.turn(w.alarm)
	}
	if times != 10 {
		t.Errorf("due %d times", times)
	}
}

// An interval that is stopped, or whose task has ended, wakes nobody; it can begin again.
func TestIntervalStops(t *testing.T) {
	w := newWorld(t)
	var v Interval
	v.On(&w.wheel)
	v.Every(100)
	at, j := w.beats(&v)
	w.turn(begin + 100)
	j.Cancel()
	w.run()
	if w.turn(begin + 1000); len(*at) != 1 || w.wheel.used != 0 {
		t.Errorf("due %d times, levels %b", len(*at), w.wheel.used)
	}
	v.Stop()
	again, j := w.beats(&v)
	v.Every(10)
	j.Waker().Wake()
	w.run()
	w.turn(w.now + 10)
	if len(*again) != 1 {
		t.Errorf("begun again: due %d times", len(*again))
	}
}

// A wait with a deadline: whichever comes first, and the wait if both have come.
func TestDeadline(t *testing.T) {
	for _, x := range []struct {
		name        string
		comes, turn int64 // when, from the beginning
		want        error
	}{{"the wait first", 50, 50, nil}, {"the deadline first", 500, 100, ErrTimeout}, {"both", 90, 100, nil}} {
		w := newWorld(t)
		var d Deadline
		d.On(&w.wheel)
		d.For(100)
		var got error
		over := 0
		j := w.spawn(func(_ *none, cx *task.Context) task.Poll {
			if over > 0 { // and the task goes on
				return task.Pending
			}
			p, err := d.Wait(cx, func(*task.Context) task.Poll {
				if w.now >= begin+x.comes {
					return task.Ready
				}
				return task.Pending
			})
			if p == task.Ready {
				got = err
				over++
			}
			return task.Pending
		})
		w.now = begin + x.turn
		w.wheel.Turn()
		j.Waker().Wake()
		w.run()
		if over != 1 || got != x.want {
			t.Errorf("%s: over %d times, with %v", x.name, over, got)
		}
		if w.check(); w.wheel.used != 0 {
			t.Errorf("%s: the deadline is left in the wheel", x.name)
		}
	}
	if ErrTimeout.Error() == "" || !ErrTimeout.(interface{ Timeout() bool }).Timeout() {
		t.Error("ErrTimeout is none")
	}
}

// A deadline that is not set never passes; one that has passed stays so until it is set anew.
func TestDeadlinePasses(t *testing.T) {
	w := newWorld(t)
	var d Deadline
	d.On(&w.wheel)
	var passed []bool
	var do func()
	j := w.spawn(func(_ *none, cx *task.Context) task.Poll {
		if do != nil {
			do()
			do = nil
		}
		passed = append(passed, d.Passed(cx))
		return task.Pending
	})
	for _, f := range []func(){nil, func() { d.For(10) }, func() { w.now += 10; w.wheel.Turn() }, nil, func() { d.Until(w.now + 5) }, func() { d.Stop(); w.now += 5 }, nil} {
		do = f
		j.Waker().Wake()
		w.run()
	}
	want := []bool{false, false, false, true, true, true, false, false, false}
	if len(passed) != len(want) {
		t.Fatalf("%v, not %v", passed, want)
	}
	for i := range want {
		if passed[i] != want[i] {
			t.Fatalf("%v, not %v", passed, want)
		}
	}
}
