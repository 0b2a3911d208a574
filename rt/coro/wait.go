package coro

import (
	"time"

	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Awaits of what other packages offer. None allocates.

// Sleep awaits the time d from now.
func (c *Ctx) Sleep(d time.Duration) {
	c.sleep.For(d)
	c.AwaitFunc(c.sleep.Poll)
}

// Within awaits poll for limit at most: nil, or the ErrTimeout of
// package timer if it was not Ready by then; what it waits for is then the caller's to give
// up.
func (c *Ctx) Within(limit time.Duration, poll func(cx *task.Context) task.Poll) error {
	c.deadline.For(limit)
	for {
		if p, err := c.deadline.Wait(c.context(), poll); p == task.Ready {
			return err
		}
		c.yield(struct{}{})
	}
}

// Sync awaits an operation of package tasksync until it is no longer Pending, and returns what
// it said. As long as w waits or holds something the task keeps it from the collector: it may be
// a variable of the body's.
//
//	var w tasksync.Wait
//	if c.Sync(&w, q.Wait) == tasksync.Closed {
func (c *Ctx) Sync(w *tasksync.Wait, op func(cx *task.Context, w *tasksync.Wait) tasksync.Result) tasksync.Result {
	for {
		if r := op(c.context(), w); r != tasksync.Pending {
			return r
		}
		c.yield(struct{}{})
	}
}
