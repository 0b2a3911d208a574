package raw

import (
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
)

// RunQueue is what a waker must know of an executor: where to put the task, and how
// to reach the executor if it has parked. The executor itself is rt/sched's.
type RunQueue struct {
	ready    queue.Queue
	parked   atom.Uint32
	parker   atomic.Uint32 // the executor's, while it runs. As magic: a parker too many is woken at worst
	realtime bool          // a queue of the real-time executor
	magic    atomic.Uint32 // not atom's: no order of it matters, so models need not try them
}

// queueMagic is in every run queue that a task was bound to.
const queueMagic = 0x7a6b0a7e

// mark makes the run queue one that a task was bound to.
func (q *RunQueue) mark() {
	if q.magic.Load() != queueMagic {
		q.magic.Store(queueMagic)
	}
}

// Bind gives the run queue a parker, with which its executor can park. Thread level.
func (q *RunQueue) Bind() { q.parker.Store(platform.NewParker()) }

// Unbind gives the parker back. Thread level.
func (q *RunQueue) Unbind() { platform.FreeParker(q.parker.Load()) }

// BindRealtime makes the run queue a queue of the real-time executor, which is entered at once by
// who puts a task there, if it is not at work. Before the first spawn: a task that is bound to the
// run queue already was not checked as a real-time one.
func (q *RunQueue) BindRealtime() {
	if !q.realtime && q.magic.Load() == queueMagic {
		misuse("task: a run queue that has tasks cannot become real-time")
	}
	q.realtime = true
}

// Enqueue puts a task that has just been woken on the queue, and unparks the executor if it has
// parked. Parking and this look at each other's word after writing
// their own, so one of the two sees the other (Dekker); the executor pays nothing
// for it while it is awake. Any level.
//
//go:nosplit
func (q *RunQueue) Enqueue(h *Header) {
	if q.magic.Load() != queueMagic {
		misuse("task: the header of a task was overwritten")
	}
	if q.enqueue(h) {
		platform.EnterRealtime()
	}
}

// enqueue is Enqueue to a run queue that is [RunQueue.sound]. It does not enter the real-time executor,
// which would poll at once, but says that it is to be entered.
//
//go:nosplit
func (q *RunQueue) enqueue(h *Header) (enter bool) {
	q.ready.Enqueue(&h.node)
	if q.realtime {
		return true
	}
	if q.parked.Load() != 0 {
		platform.Unpark(q.parker.Load())
	}
	return false
}

// sound reports whether the run queue is one that a task was bound to, and reads the end of its
// queue.
//
//go:nosplit
func (q *RunQueue) sound() bool {
	if q.magic.Load() != queueMagic {
		return false
	}
	q.ready.Reach()
	return true
}

// Empty reports whether no task is on the queue.
//
//go:nosplit
func (q *RunQueue) Empty() bool { return q.ready.Empty() }

// Park waits until a task is on the queue. Thread level, executor only.
func (q *RunQueue) Park() {
	q.parked.Store(1)
	if q.ready.Empty() {
		platform.Park(q.parker.Load())
	}
	q.parked.Store(0)
	platform.Running(q.parker.Load()) // it may have been unparked without a Park, or after it
}

// Parked reports whether the executor has parked, or is about to. Any level.
func (q *RunQueue) Parked() bool { return q.parked.Load() != 0 }

// Consume gives the right to take tasks off the queue, unless another consumer has it.
//
//go:nosplit
func (q *RunQueue) Consume() (queue.Consumer, bool) { return q.ready.TryConsume() }

// Rebind moves a task that was just taken off another run queue to this one.
// It is woken, so the executor that took it owns it exclusively. To a real-time
// run queue no task can be moved: its poll function was not checked as a real-time one.
func (q *RunQueue) Rebind(h *Header) {
	if q.realtime {
		misuse("task: a task cannot be moved to a real-time run queue")
	}
	q.mark()
	h.bind(q)
	h.reason = ByWaker
	q.Enqueue(h)
}
