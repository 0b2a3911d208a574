package task

import (
	"sync/atomic"

	"github.com/tamagotake/tamagotake/internal/atom"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
)

// Target is what a waker must know of an executor: where to put the task, and how
// to reach the executor if it has parked. The executor itself is rt/sched's.
type Target struct {
	ready    queue.Queue
	parked   atom.Uint32
	parker   atomic.Uint32 // the executor's, while it runs. As magic: a parker too many is woken at worst
	realtime bool          // a queue of the real-time executor
	magic    atomic.Uint32 // not atom's: no order of it matters, so models need not try them
}

// targetMagic is in every target that a task was bound to.
const targetMagic = 0x7a6b0a7e

// mark makes the target one that a task was bound to.
func (t *Target) mark() {
	if t.magic.Load() != targetMagic {
		t.magic.Store(targetMagic)
	}
}

// Bind gives the target a parker, with which its executor can park. Thread level.
func (t *Target) Bind() { t.parker.Store(platform.NewParker()) }

// Unbind gives the parker back. Thread level.
func (t *Target) Unbind() { platform.FreeParker(t.parker.Load()) }

// BindRealtime makes the target a queue of the real-time executor, which is entered at once by
// who puts a task there, if it is not at work. Before the first spawn: a task that is bound to the
// target already was not checked as a real-time one.
func (t *Target) BindRealtime() {
	if !t.realtime && t.magic.Load() == targetMagic {
		misuse("task: a target that has tasks cannot become real-time")
	}
	t.realtime = true
}

// Enqueue puts a task that has just been woken on the queue, and unparks the executor if it has
// parked. Parking and this look at each other's word after writing
// their own, so one of the two sees the other (Dekker); the executor pays nothing
// for it while it is awake. Any level.
//
//go:nosplit
func (t *Target) Enqueue(h *Header) {
	if t.magic.Load() != targetMagic {
		misuse("task: the header of a task was overwritten")
	}
	if t.enqueue(h) {
		platform.EnterRealtime()
	}
}

// enqueue is Enqueue to a target that is [Target.sound]. It does not enter the real-time executor,
// which would poll at once, but says that it is to be entered.
//
//go:nosplit
func (t *Target) enqueue(h *Header) (enter bool) {
	t.ready.Enqueue(&h.node)
	if t.realtime {
		return true
	}
	if t.parked.Load() != 0 {
		platform.Unpark(t.parker.Load())
	}
	return false
}

// sound reports whether the target is one that a task was bound to, and reads the end of its
// queue.
//
//go:nosplit
func (t *Target) sound() bool {
	if t.magic.Load() != targetMagic {
		return false
	}
	t.ready.Reach()
	return true
}

// Empty reports whether no task is on the queue.
//
//go:nosplit
func (t *Target) Empty() bool { return t.ready.Empty() }

// Park waits until a task is on the queue. Thread level, executor only.
func (t *Target) Park() {
	t.parked.Store(1)
	if t.ready.Empty() {
		platform.Park(t.parker.Load())
	}
	t.parked.Store(0)
	platform.Running(t.parker.Load()) // it may have been unparked without a Park, or after it
}

// Parked reports whether the executor has parked, or is about to. Any level.
func (t *Target) Parked() bool { return t.parked.Load() != 0 }

// Consume gives the right to take tasks off the queue, unless somebody has it.
//
//go:nosplit
func (t *Target) Consume() (queue.Consumer, bool) { return t.ready.TryConsume() }

// Rebind moves a task that was just taken off another target's queue to this one.
// It is woken, so nobody else puts it anywhere or looks where it belongs. To a real-time
// target no task can be moved: its poll function was not checked as a real-time one.
func (t *Target) Rebind(h *Header) {
	if t.realtime {
		misuse("task: a task cannot be moved to a real-time target")
	}
	t.mark()
	h.bind(t)
	h.cause = ByWaker
	t.Enqueue(h)
}
