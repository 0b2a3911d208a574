package task

import "github.com/tamagotake/tamagotake/rt/internal/raw"

// Waker wakes one task, in one of its lives. It is 16 bytes without a pointer, 12
// where pointers have 32 bits: it can be stored anywhere, by any level. The zero Waker wakes
// no task. Two Wakers are equal if they wake the same task.
type Waker raw.Waker

// Wake makes the task's executor poll it, once for any number of wakes in between.
// A wake during a poll makes the poll be repeated. Any level; one compare-and-swap,
// and one swap more if the task was idle; none if it was woken already.
//
//go:nosplit
func (w Waker) Wake() { raw.Waker(w).Wake() }

// Cancel makes the task end with [ErrCancelled] instead of being polled again, and
// reports whether this call did that. A task that is being polled ends when that poll
// returns: with ErrCancelled if it is Pending, with [ErrCancelledLate] and its output
// if it is Ready. Cancel returns false for a completed task; if that has not been joined
// its joiner gets the output with ErrCancelledLate. Any level.
//
//go:nosplit
func (w Waker) Cancel() bool { return raw.Waker(w).Cancel() }

// Done reports whether the task is over. Any level.
//
//go:nosplit
func (w Waker) Done() bool { return raw.Waker(w).Done() }

// ID returns the number of the waker's task, also after its end; 0 of the zero Waker. Any level.
//
//go:nosplit
func (w Waker) ID() uint64 { return raw.Waker(w).ID() }

// WillWake reports whether w wakes the task that is being polled: whether it need not
// be replaced. Real-time and thread level.
//
//go:nosplit
func (w Waker) WillWake(cx *Context) bool { return w == cx.Waker() }

// Stale returns how many wakes and cancels came too late for their task. A number that grows says
// that somewhere a waker is kept for too long. Any level.
func Stale() uint32 { return raw.Stale() }
