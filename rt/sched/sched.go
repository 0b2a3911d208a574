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
	"sync/atomic"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// TickSize is how many polls [Executor.Tick] does at most.
const TickSize = 256

// Executor runs tasks at thread level, all of them on one goroutine: that which calls
// Tick or Run. The zero value is ready; it must not be copied or moved, so it is a
// package variable.
type Executor struct {
	queue raw.RunQueue

	// The executor's goroutine's own.
	consumer  queue.Consumer
	consuming bool // it has the right to take tasks off the queue
	ticking   bool
	exited    bool // a poll function has called runtime.Goexit, and its goroutine ends
	shared    bool // others may steal; set before the first tick
	counts    counts
	cx        raw.Context

	current atom.Uintptr // the header of the task that is being polled: what a panic is charged to
	closed  atom.Uint32
	running atomic.Uint32 // a goroutine runs it. Not atom's: no model runs one twice
	watch   *watch        // nil without; see Watch
}

// Share lets other executors steal from this one; see [Executor.TrySteal]. It costs one
// read-modify-write a poll more. Before the first tick.
func (e *Executor) Share() { e.shared = true }

// Tick is what one tick did. It is laid out to be returned in registers: four fields and
// 32 bytes are the most that the compiler keeps there.
type Tick struct {
	Polled    int32 // tasks taken off the queue: polls, and cancelled tasks that ended
	Completed int32 // tasks that ended: by themselves, cancelled or panicked
	WakeReasons
	Remaining bool // there may be more to do: the budget was used up, or a wake is half done
}

// WakeReasons is why the polled tasks were on the queue; they add up to Polled.
type WakeReasons struct {
	Spawned         int32 // for their first poll
	WokenExternally int32 // a waker was used while they were idle
	WokenInternally int32 // a waker was used while they were polled
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
	e.counts = counts{}
	for e.run(n - int(e.counts.polled())) {
	}
	e.ticking = false
	c := &e.counts
	return Tick{c.polled(), c.completed,
		WakeReasons{c.reasons[raw.BySpawn], c.reasons[raw.ByWaker], c.reasons[raw.ByItself]},
		c.inTheWay || !e.queue.Empty()}
}

// counts is what the tick under way has done. Every store that need not be is left out:
// the next atomic operation waits for it.
type counts struct {
	reasons   [raw.WakeReasons]int32
	completed int32
	inTheWay  bool
}

func (c *counts) polled() int32 {
	return c.reasons[raw.BySpawn] + c.reasons[raw.ByWaker] + c.reasons[raw.ByItself]
}

// run polls at most n times, up to a panic; again says that there was one, and the rest
// is to do.
//
// One recover for the whole run and not for every poll: it costs nothing until it is
// needed.
func (e *Executor) run(n int) (again bool) {
	defer func() {
		if h := e.current.Load() &^ watched; h != 0 {
			e.current.StoreRelease(0)
			e.contain(raw.At(h), recover())
			again = true
		}
	}()
	for ; n > 0 && !e.queue.Empty(); n-- {
		node, r := e.take()
		if r != queue.Item {
			e.counts.inTheWay = r != queue.Empty
			break
		}
		h := raw.Of(node)
		e.counts.reasons[h.WakeReason()]++
		if e.poll(h) {
			e.counts.completed++
		}
	}
	return false
}

// contain ends the task in whose poll there was a panic. If that was in a masked section, the
// section is over.
func (e *Executor) contain(h *raw.Header, v any) {
	platform.UnmaskInterrupts()
	if v == nil { // no panic: the goroutine ends, and the tick with it
		v = exited
		e.ticking = false
		e.exited = true
	}
	h.Panicked(v, debug.Stack())
	e.counts.completed++
}

// poll gives one task its turn and reports whether that was its last.
func (e *Executor) poll(h *raw.Header) (over bool) {
	if h.Start() {
		e.end(h)
		return true
	}
	e.current.StoreRelease(uintptr(unsafe.Pointer(h)))
	p := h.Poll(&e.cx)
	e.current.StoreRelease(0)
	if p == raw.Ready {
		h.Finish(raw.Output)
		return true
	}
	if h.End() {
		e.end(h)
		return true
	}
	return false
}

// cancelled is how a cancelled task ends.
func (e *Executor) cancelled() raw.Outcome {
	if e.closed.Load() != 0 {
		return raw.Shutdown
	}
	return raw.Cancelled
}

// take takes the next task off the queue. An executor that is not shared keeps
// the right to do so; another gives it back each time, so that its tasks can be stolen
// while it is in a long poll.
func (e *Executor) take() (*queue.Node, queue.Result) {
	if !e.consuming {
		c, ok := e.queue.Consume()
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
func (e *Executor) Current() task.Waker { return task.Waker(raw.WakerAt(e.current.Load() &^ watched)) }
