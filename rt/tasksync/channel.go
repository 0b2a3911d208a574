package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

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
		a := c.toPut()
		r = c.putters.begin(c.lock(), c.lock().Enter(), cx, w, a, granted)
	}
	if r == Ready {
		r = w.poll(&c.putters, cx)
	}
	if r == Pending {
		return r
	}
	saved := c.lock().Enter()
	if r = Closed; !c.putters.closed {
		r = Ready
		c.places[c.head] = v // first: it may fault
		c.put(1)
	}
	c.leave(saved, w)
	return r
}

// TrySend puts v in if there is room that no task waits for: Ready, Busy or Closed. Any
// level.
//
//go:nosplit
func (c *Channel[T]) TrySend(v T) Result {
	a := c.toPut()
	saved := c.lock().Enter()
	if r := c.putters.can(a); r != Ready {
		c.lock().Leave(saved)
		return r
	}
	c.places[c.head] = v // first: it may fault
	c.putters.free--
	c.put(1)
	c.serve(saved)
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
		r = c.takers.begin(c.lock(), c.lock().Enter(), cx, w, toTake, granted)
	}
	if r == Ready {
		r = w.poll(&c.takers, cx)
	}
	if r == Pending {
		return r
	}
	saved := c.lock().Enter()
	if r == Ready {
		*out = c.places[c.tail] // first: it may fault
		c.took(1)
	}
	c.leave(saved, w)
	return r
}

// TryReceive takes a value if there is one that no task waits for: Ready, Busy or Closed. Any
// level.
//
//go:nosplit
func (c *Channel[T]) TryReceive(out *T) Result {
	saved := c.lock().Enter()
	if r := c.takers.can(toTake); r != Ready {
		c.lock().Leave(saved)
		return r
	}
	*out = c.places[c.tail] // first: it may fault
	c.takers.free--
	c.took(1)
	c.serve(saved)
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
