package sync

import (
	"tamagotake/hal"
	"tamagotake/rt/task"
)

// Channel passes values on, in order, through a ring in memory of the caller's: any number
// of tasks, and of others that try, put in and take out. Who finds it full waits, first come
// first served.
//
// T without pointers is usable at real-time level: a pointer store is a write barrier, and
// boot/verify refuses it. A value is copied with interrupts masked, so it should be a few
// words. Use [Channel.Init] first.
type Channel[T any] struct {
	ring
	places []T
}

// Init gives the channel its places, at least one, of a package variable or from make.
// Thread level, once, before it is used.
func (c *Channel[T]) Init(places []T) {
	c.places = places
	c.init(len(places))
}

// Send puts v in: Ready when it is in, Closed after [Channel.Close]. v is looked at by the
// poll that says Ready; values are in the order of those polls. A wait that is given up has
// put nothing in, and leaves the place to the next. From a poll; both levels.
func (c *Channel[T]) Send(cx *task.Context, w *Wait, v T) Result {
	r := Ready
	if w.state.Load() == idle {
		if r = c.TrySend(v); r != Busy {
			return r
		}
		if r = c.putters.begin(c.lock(), c.lock().Enter(), cx, w, c.toPut(), granted); r != Ready {
			return r
		}
	}
	whole := hal.MaskInterrupts() // see Wait.end
	r = c.send(cx, w, v)
	hal.RestoreInterrupts(whole)
	return r
}

// send uses the room that was granted.
func (c *Channel[T]) send(cx *task.Context, w *Wait, v T) Result {
	if r := w.end(&c.putters, cx, idle); r != Ready {
		return r
	}
	saved := c.lock().Enter()
	if c.putters.closed {
		c.lock().Leave(saved)
		return Closed
	}
	c.in(saved, v)
	return Ready
}

//go:nosplit
func (c *Channel[T]) in(saved uintptr, v T) {
	c.places[c.head] = v
	c.put(saved, 1)
}

// TrySend puts v in if there is room for which nobody waits: Ready, Busy or Closed. Any
// level.
//
//go:nosplit
func (c *Channel[T]) TrySend(v T) Result {
	a := c.toPut()
	saved := c.lock().Enter()
	if r := c.putters.take(a); r != Ready {
		c.lock().Leave(saved)
		return r
	}
	c.in(saved, v)
	return Ready
}

// Receive takes a value into out: Ready, or Closed when the channel was closed and nothing
// is in it any more. A wait that is given up has taken nothing; a value that it was granted
// stays in its place, for the next. From a poll; both levels.
func (c *Channel[T]) Receive(cx *task.Context, w *Wait, out *T) Result {
	r := Ready
	if w.state.Load() == idle {
		if r = c.TryReceive(out); r != Busy {
			return r
		}
		if r = c.takers.begin(c.lock(), c.lock().Enter(), cx, w, toTake, granted); r != Ready {
			return r
		}
	}
	whole := hal.MaskInterrupts() // see Wait.end
	if r = w.end(&c.takers, cx, idle); r == Ready {
		c.out(c.lock().Enter(), out)
	}
	hal.RestoreInterrupts(whole)
	return r
}

//go:nosplit
func (c *Channel[T]) out(saved uintptr, out *T) {
	*out = c.places[c.tail]
	c.took(saved, 1)
}

// TryReceive takes a value if there is one that nobody waits for: Ready, Busy or Closed. Any
// level.
//
//go:nosplit
func (c *Channel[T]) TryReceive(out *T) Result {
	saved := c.lock().Enter()
	if r := c.takers.take(toTake); r != Ready {
		c.lock().Leave(saved)
		return r
	}
	c.out(saved, out)
	return Ready
}

// Close refuses those who send, now and later, with Closed. What is in it can be received.
// Any level; one section for each wait.
//
//go:nosplit
func (c *Channel[T]) Close() { c.close() }

// Len returns how many values are in it. Any level.
//
//go:nosplit
func (c *Channel[T]) Len() int { return c.len() }
