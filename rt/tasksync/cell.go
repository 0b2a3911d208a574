package tasksync

import (
	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/task"
)

// WaitCell is a place for one waiter: between a driver's task and the source of its wake-ups.
//
//	c.Subscribe(cx, &w)      before the device may interrupt
//	arm the device
//	if c.Wait(cx, &w) == Pending { return task.Pending }
//
// A wake-up that finds no waiter is remembered, once; those that come until it is taken are
// the same one. The zero value is ready.
type WaitCell struct {
	waiters
	again atom.Uint32 // a wake-up has found no waiter in the list
}

var (
	oneWake     = ask{1, 1, once}
	onlyOneWake = ask{1, 1, once | alone}
)

// Wait waits for a wake-up: Ready when there was one, Closed after [WaitCell.Close], Busy
// if another task waits. A wait that is given up leaves a wake-up that it has not seen to
// the next. From a poll; both levels.
func (c *WaitCell) Wait(cx *task.Context, w *Wait) Result {
	if s := w.state.Load(); s != idle {
		if s == granted && c.again.Load() != 0 {
			c.merge()
		}
		return w.end(&c.waiters, cx, idle)
	}
	return c.begin(&c.lock, c.lock.Enter(), cx, w, onlyOneWake, idle)
}

// merge drops the wake-up that has come since the one before was granted: it has come
// before the task looks at what both are about.
func (c *WaitCell) merge() {
	saved := c.lock.Enter()
	c.again.StoreRelease(0)
	c.free = 0
	c.lock.Leave(saved)
}

// Subscribe begins a wait, so that no wake-up from now on is missed, and leaves its end to
// [WaitCell.Wait]: Ready says that there is one already. From a poll; both levels.
func (c *WaitCell) Subscribe(cx *task.Context, w *Wait) Result {
	if r, begun := w.begun(&c.waiters, cx); begun {
		return r
	}
	return c.begin(&c.lock, c.lock.Enter(), cx, w, onlyOneWake, granted)
}

// Wake wakes the waiter and reports whether there was one; if not, the wake-up is
// remembered. Any level.
//
//go:nosplit
func (c *WaitCell) Wake() bool {
	saved := c.lock.Enter()
	l := c.list.First()
	if l == nil {
		c.free = 1
		c.again.StoreRelease(1)
		c.lock.Leave(saved)
		return false
	}
	did := c.off(waitAt(l), granted, 1)
	c.lock.Leave(saved)
	did.after()
	return true
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
