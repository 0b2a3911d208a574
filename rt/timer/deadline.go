package timer

import (
	"time"

	"github.com/tamagotake/tamagotake/rt/task"
)

// Deadline bounds any other wait. It is polled beside it, the wait first: if both have come
// about, the wait has, and nothing is lost.
//
//	if q.Wait(cx, &w) == task.Ready {
//		d.Stop()
//		...
//	}
//	if d.Passed(cx) {
//		w.Cancel() // what was granted in between goes to the next
//		...
//	}
//	return task.Pending
//
// The zero value, and one that was stopped, never passes. It is one task's, and what holds
// for a [Sleep] when the task ends holds for it.
type Deadline struct {
	sleep Sleep
	set   bool
}

// On has the deadline use another wheel than [Default]. Thread level, before it is set.
func (d *Deadline) On(w *Wheel) { d.sleep.On(w) }

// For sets the deadline to in from now; see [Sleep.For].
func (d *Deadline) For(in time.Duration) {
	d.set = true
	d.sleep.For(in)
}

// Until sets the deadline on the clock of [platform.Now]; see [Sleep.Until].
func (d *Deadline) Until(atNS int64) {
	d.set = true
	d.sleep.Until(atNS)
}

// Stop takes the deadline away. From a poll of its task, or when it has none; both levels.
func (d *Deadline) Stop() {
	d.set = false
	d.sleep.Stop()
}

// Passed reports whether the time has come, and does so until the deadline is set anew or
// stopped. If not, the task is woken then. From a poll of its task; both levels.
func (d *Deadline) Passed(cx *task.Context) bool {
	return d.set && d.sleep.Poll(cx) == task.Ready
}

// ErrTimeout says that a deadline has passed first. Its Timeout method says true.
var ErrTimeout error = timeoutError{}

type timeoutError struct{}

func (timeoutError) Error() string { return "timer: the deadline has passed" }
func (timeoutError) Timeout() bool { return true }

// Wait polls the wait under the deadline: Pending; Ready and nil, and the deadline is
// stopped; or Ready and [ErrTimeout], when the caller is to give the wait up. From a poll of
// the deadline's task; thread level, since it calls a function value.
func (d *Deadline) Wait(cx *task.Context, wait func(cx *task.Context) task.Poll) (task.Poll, error) {
	if wait(cx) == task.Ready {
		d.Stop()
		return task.Ready, nil
	}
	if d.Passed(cx) {
		return task.Ready, ErrTimeout
	}
	return task.Pending, nil
}
