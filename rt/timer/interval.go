package timer

import (
	"time"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Interval is due again and again, a period apart, without drift: the n-th time is n periods
// after the beginning, however late its task was polled for those before. If a whole period
// or more has gone by, the times in between are not made up for, but counted.
//
//	var second timer.Interval
//	second.Every(time.Second)
//	for second.Poll(cx) == task.Ready {
//		...
//	}
//	return task.Pending
//
// It is one task's, and what holds for a [Sleep] when the task ends holds for it.
type Interval struct {
	sleep  Sleep
	period int64 // ns
	missed uint64
}

// On has the interval use another wheel than [Default]. Thread level, before it begins.
func (v *Interval) On(w *Wheel) { v.sleep.On(w) }

// Every begins the interval: it is due for the first time one period from now. A period
// below 1 ns is taken for 1 ns. By its task, or before there is one; both levels.
func (v *Interval) Every(period time.Duration) { v.From(after(platform.Now(), int64(period)), period) }

// From begins the interval with the first time on the clock of [platform.Now].
func (v *Interval) From(firstNS int64, period time.Duration) {
	v.period = max(int64(period), 1)
	v.missed = 0
	v.sleep.Until(firstNS)
}

// Poll is Ready once for each time that has come and not been missed. It is armed for the
// next time before it returns, so the task is woken then whether or not it polls again until
// it is Pending. From a poll of its task; both levels. An interval that has not begun is
// Pending, for ever.
func (v *Interval) Poll(cx *task.Context) task.Poll {
	s := &v.sleep
	if v.period == 0 {
		return task.Pending
	}
	if s.state.Load() != due && s.Poll(cx) == task.Pending {
		return task.Pending
	}
	next := after(s.at, v.period)
	if late := platform.Now() - next; late >= 0 {
		n := late/v.period + 1
		v.missed += uint64(n)
		next += n * v.period
	}
	s.wait.Open((*raw.Context)(cx), sleepUndo)
	s.waker = (*raw.Context)(cx).Waker()
	if s.move(next, false) {
		cx.Waker().Wake()
	}
	return task.Ready
}

// NextNS returns when it is due next, on the clock of [platform.Now].
func (v *Interval) NextNS() int64 { return v.sleep.at }

// Missed returns how many times were missed since it began.
func (v *Interval) Missed() uint64 { return v.missed }

// Stop ends the interval. From a poll of its task, or when it has none; both levels.
func (v *Interval) Stop() {
	v.sleep.Stop()
	v.period = 0
}
