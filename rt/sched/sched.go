// Package sched is the executor: it takes tasks off a queue and polls them, in
// order, for as long as there are any, and parks when there are none.
//
//	wake (any level) --> queue --Tick--> poll --Pending--> idle
//	                       ^                |
//	                       +--- woken ------+  (at the tail: everybody else first)
//
// A task that wakes itself goes to the tail, so between two of its polls every task
// that was ready is polled once: no task keeps another waiting for more than a round.
//
// What one wake and poll costs is atomic read-modify-writes: two to wake (state word,
// queue), two to poll (begin and end), and one more if the task was the last on the
// queue.
package sched

import (
	"runtime/debug"
	"unsafe"

	"tamagotake/internal/atom"
	"tamagotake/rt/queue"
	"tamagotake/rt/task"
)

// TickSize is how many polls [Executor.Tick] does at most.
const TickSize = 256

// Executor runs tasks at thread level, all of them on one goroutine: that which calls
// Tick or Run. The zero value is ready; it must not be copied or moved, so it is a
// package variable.
type Executor struct {
	target task.Target

	// The executor's goroutine's own.
	consumer  queue.Consumer
	consuming bool // it has the right to take tasks off the queue
	ticking   bool
	shared    bool // others may steal; set before the first tick
	inHand    *task.Header
	cx        task.Context

	current atom.Uintptr // the header of the task that is being polled
	closed  atom.Uint32
}

// Init sets an executor up with its doorbell; see package hal. Before the first spawn.
// An executor that is only ticked, and does not park, needs none.
func (e *Executor) Init(doorbell uint32) { e.target.Bind(doorbell) }

// Share lets other executors steal from this one; see [Executor.TrySteal]. It costs one
// read-modify-write a poll more. Before the first tick.
func (e *Executor) Share() { e.shared = true }

// Tick is what one tick did.
type Tick struct {
	Polled    int // tasks taken off the queue: polls, and cancelled tasks that ended
	Completed int // tasks that ended: by themselves, cancelled or panicked

	// Why the polled ones were on the queue: they add up to Polled.
	Spawned         int // for their first poll
	WokenExternally int // a waker was used while they were idle
	WokenInternally int // a waker was used while they were polled

	Remaining bool // there may be more to do: the budget was used up, or somebody is in the way
}

// Tick polls ready tasks, at most [TickSize] times. Executor goroutine only. A tick
// within a tick, which a poll function might try, does nothing.
func (e *Executor) Tick() Tick { return e.TickN(TickSize) }

// TickN is [Executor.Tick] with at most n polls.
func (e *Executor) TickN(n int) (t Tick) {
	if e.ticking {
		return Tick{Remaining: true}
	}
	e.ticking = true
	for e.run(n, &t) {
	}
	e.ticking = false
	return t
}

// run is a tick up to a panic; again says that there was one, and the rest is to do.
//
// One recover for the whole run and not for every poll: it costs nothing until it is
// needed.
func (e *Executor) run(n int, t *Tick) (again bool) {
	defer func() {
		if h := e.inHand; h != nil {
			e.inHand = nil
			v := recover()
			if v == nil {
				v = "its poll function called runtime.Goexit"
			}
			e.current.StoreRelease(0)
			t.Completed++
			h.Panicked(v, debug.Stack())
			again = true
		}
	}()
	for t.Polled < n {
		node, r := e.take()
		if r != queue.Item {
			t.Remaining = r != queue.Empty
			return false
		}
		h := task.Of(node)
		t.Polled++
		spawned, external, internal := h.Cause()
		t.Spawned += spawned
		t.WokenExternally += external
		t.WokenInternally += internal
		if e.poll(h) {
			t.Completed++
		}
	}
	t.Remaining = !e.target.Empty()
	return false
}

// poll gives one task its turn and reports whether that was its last.
func (e *Executor) poll(h *task.Header) (over bool) {
	if h.Start() {
		h.Finish(e.cancelled())
		return true
	}
	e.current.StoreRelease(uintptr(unsafe.Pointer(h)))
	e.inHand = h
	p := h.Poll(&e.cx)
	e.inHand = nil
	e.current.StoreRelease(0)
	if p == task.Ready {
		h.Finish(nil)
		return true
	}
	return h.End()
}

// cancelled is how a cancelled task ends.
func (e *Executor) cancelled() error {
	if e.closed.Load() != 0 {
		return task.ErrShutdown
	}
	return task.ErrCancelled
}

// take takes the next task off the queue. An executor from which nobody steals keeps
// the right to do so; another gives it back each time, so that its tasks can be stolen
// while it is in a long poll.
func (e *Executor) take() (*queue.Node, queue.Result) {
	if !e.consuming {
		c, ok := e.target.Consume()
		if !ok {
			return nil, queue.Busy
		}
		e.consumer = c
		e.consuming = true
	}
	n, r := e.consumer.TryDequeue()
	if e.shared {
		e.consuming = false
		e.consumer.Release()
	}
	return n, r
}

// Current returns the waker of the task that is being polled, the zero Waker if there
// is none. Any level, any processor; by the time it returns the poll may be over.
func (e *Executor) Current() task.Waker { return task.WakerAt(e.current.Load()) }

// Tasks describes the live tasks, newest first. Thread level.
func (e *Executor) Tasks() []task.Info { return task.List(&e.target) }
