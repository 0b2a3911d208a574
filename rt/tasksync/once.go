package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// OnceCell is a value that is set once, and stays, and the tasks that wait until it is set.
// The zero value is not set. For T see [Signal].
type OnceCell[T any] struct {
	waiters // one permit when it is set, which is never taken
	value   T
}

var untilSet = ask{0, 1, 0}

// Get copies the value into out when it is set: Ready. A wait that is given up takes nothing
// along. From a poll; both levels.
func (c *OnceCell[T]) Get(cx *task.Context, w *Wait, out *T) Result {
	r := Pending
	if w.state.Load() != idle {
		r = w.end(&c.waiters, cx, idle)
	} else {
		r = c.begin(&c.lock, c.lock.Enter(), cx, w, untilSet, idle)
	}
	if r == Ready {
		*out = c.value // it does not change any more
	}
	return r
}

// TryGet copies the value into out if it is set: Ready, or Busy. Any level.
//
//go:nosplit
func (c *OnceCell[T]) TryGet(out *T) Result {
	saved := c.lock.Enter()
	set := c.free > 0
	c.lock.Leave(saved)
	if !set {
		return Busy
	}
	*out = c.value
	return Ready
}

// Set sets the value and wakes all that wait, or reports that it was set before. Any level;
// one section for each.
//
//go:nosplit
func (c *OnceCell[T]) Set(value T) (ok bool) {
	saved := c.lock.Enter()
	if c.free > 0 {
		c.lock.Leave(saved)
		return false
	}
	c.value = value
	c.give(&c.lock, saved, 1, 0)
	return true
}
