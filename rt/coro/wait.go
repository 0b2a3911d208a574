package coro

import (
	"slices"

	"tamagotake/rt/sync"
	"tamagotake/rt/task"
)

// Awaits of what other packages offer. None allocates, but for a list of waits that are held at a time.

// Sleep awaits the time ns nanoseconds from now.
func (c *Ctx) Sleep(ns int64) {
	c.sleep.For(ns)
	c.AwaitFunc(c.sleep.Poll)
}

// Within awaits poll for ns nanoseconds at most: nil, or the ErrTimeout of
// package timer if it was not Ready by then; what it waits for is then the caller's to give
// up.
func (c *Ctx) Within(ns int64, poll func(cx *task.Context) task.Poll) error {
	c.deadline.For(ns)
	for {
		if p, err := c.deadline.Wait(c.context(), poll); p == task.Ready {
			return err
		}
		c.yield(struct{}{})
	}
}

// Sync awaits an operation of package sync until it is no longer Pending, and returns what
// it said. While w is used, the task keeps it from the collector: it may be a variable of the
// body's also if it holds something to the end of the task.
//
//	var w sync.Wait
//	if c.Sync(&w, q.Wait) == sync.Closed {
func (c *Ctx) Sync(w *sync.Wait, op func(cx *task.Context, w *sync.Wait) sync.Result) sync.Result {
	c.waits = slices.DeleteFunc(c.waits, func(o *sync.Wait) bool { return o == w || !o.Waiting() })
	c.waits = append(c.waits, w)
	for {
		if r := op(c.context(), w); r != sync.Pending {
			return r
		}
		c.yield(struct{}{})
	}
}
