package tasksync

import (
	"github.com/tamagotake/tamagotake/rt/task"
)

// WaitQueue wakes those who wait, one at a time and first come first served, or all. The
// zero value is ready.
type WaitQueue struct {
	waiters
}

// Wait waits for a wake-up: Ready when there was one for this wait, Closed after
// [WaitQueue.Close]. A wait that is given up passes a wake-up that it was granted on to the
// next, or has it remembered, unless it was [WaitQueue.WakeAll]'s. From a poll; both levels.
func (q *WaitQueue) Wait(cx *task.Context, w *Wait) Result {
	if w.state.Load() != idle {
		return w.end(&q.waiters, cx, idle)
	}
	return q.begin(&q.lock, q.lock.Enter(), cx, w, oneWake, idle)
}

// Subscribe begins a wait, so that no wake-up from now on is missed, and leaves its end to
// [WaitQueue.Wait]: Ready says that it is over already. From a poll; both levels.
func (q *WaitQueue) Subscribe(cx *task.Context, w *Wait) Result {
	if r, begun := w.begun(&q.waiters, cx); begun {
		return r
	}
	return q.begin(&q.lock, q.lock.Enter(), cx, w, oneWake, granted)
}

// Wake wakes the first and reports whether there was one; if not, one wake-up is
// remembered. Any level.
//
//go:nosplit
func (q *WaitQueue) Wake() bool {
	saved := q.lock.Enter()
	found := q.listed != q.old && !q.closed
	q.give(&q.lock, saved, 1, once)
	return found
}

// WakeAll wakes all that wait now, and says how many. Who waits again while they are being
// woken is not. Nothing is remembered. Any level; one section for each.
//
//go:nosplit
func (q *WaitQueue) WakeAll() int { return q.all(&q.lock, q.lock.Enter()) }

// Close ends all waits, and all later ones, with Closed; a wake-up that was granted before
// is still Ready. Any level; one section for each wait.
//
//go:nosplit
func (q *WaitQueue) Close() { q.close(&q.lock) }

// IsClosed reports whether it was closed. Any level.
//
//go:nosplit
func (q *WaitQueue) IsClosed() bool { return q.isClosed(&q.lock) }
