package sync

import (
	"tamagotake/internal/critical"
	"tamagotake/rt/task"
)

// WaitCell is a place for one waiter: between a driver's task and whoever has its wake-up.
//
//	c.Subscribe(cx, &w)      before the device may interrupt
//	arm the device
//	if c.Wait(cx, &w) == Pending { return task.Pending }
//
// A wake-up that finds nobody is remembered, once; those that come until it is taken are
// the same one. The zero value is ready.
type WaitCell struct {
	lock critical.Section
	waiters
}

var oneWake = ask{need: 1, floor: 1, most: 1}

// Wait waits for a wake-up: Ready when there was one, Closed after [WaitCell.Close], Busy
// if another task waits. A wait that is given up leaves a wake-up that it has not seen to
// the next. From a poll; both levels.
func (c *WaitCell) Wait(cx *task.Context, w *Wait) Result {
	if w.state.Load() == granted {
		saved := c.lock.Enter()
		c.untaken = false
		c.lock.Leave(saved)
	}
	if r, begun := w.poll(&c.waiters, cx, false); begun {
		return r
	}
	return c.register(cx, w, idle)
}

// Subscribe begins a wait, so that no wake-up from now on is missed, and leaves its end to
// [WaitCell.Wait]: Ready says that there is one already. From a poll; both levels.
func (c *WaitCell) Subscribe(cx *task.Context, w *Wait) Result {
	if r, begun := w.begun(&c.waiters, cx); begun {
		return r
	}
	return c.register(cx, w, granted)
}

func (c *WaitCell) register(cx *task.Context, w *Wait, at uint32) Result {
	saved := c.lock.Enter()
	if !c.list.Empty() || c.untaken {
		c.lock.Leave(saved)
		return Busy
	}
	return c.begin(&c.lock, saved, cx, w, oneWake, at)
}

// Wake wakes the waiter and reports whether there was one; if not, the wake-up is
// remembered. Any level.
//
//go:nosplit
func (c *WaitCell) Wake() bool {
	saved := c.lock.Enter()
	if c.untaken {
		c.lock.Leave(saved)
		return false
	}
	c.untaken = !c.list.Empty()
	return c.give(&c.lock, saved, 1, 1)
}

// Close ends the wait, and all later ones, with Closed; a wake-up that was granted before
// is still Ready. Any level.
//
//go:nosplit
func (c *WaitCell) Close() { c.close(&c.lock) }

// IsClosed reports whether it was closed. Any level.
//
//go:nosplit
func (c *WaitCell) IsClosed() bool { return c.isClosed(&c.lock) }
