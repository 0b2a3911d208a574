package sched

import (
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The real-time executor, in front of the Go runtime. It is entered from the tail of an interrupt,
// whatever that has struck, or from a wake at thread level; it polls until its queues are
// empty, on a stack and with a g of its own that the runtime knows nothing of, and what
// it has interrupted goes on as if nothing had been.
//
//	hal/ARCH: entry --Interrupted--> claim the line's task, or queue it
//	   |  ^                                 |
//	   |  +---- nothing to poll ------------+
//	   v
//	 poll, interrupts unmasked  <--- an interrupt here only puts tasks on the queues
//	   |
//	 Polled(result) ---> end of the poll, next of the queues: urgent first
//
// Interrupts are masked in all of this but the poll. A poll is not interrupted by another
// poll: an urgent task waits for the one under way, of whatever priority, and for the
// urgent tasks before it.
//
// Its tasks may use static memory, atomics and device registers. What needs the runtime
// faults, since the g's m is an address that nothing is mapped at; what the processor
// cannot find, boot/verify finds in the image.

// Priority is a queue of the real-time executor; see [Urgent] and [Normal].
type Priority struct{ queue raw.RunQueue }

// Urgent tasks are polled before [Normal] ones. Both are where [Spawn] can put a task, at
// thread level; from then on the task is real-time.
var Urgent, Normal Priority

func (p *Priority) open() (*raw.RunQueue, bool) {
	p.queue.BindRealtime()
	return &p.queue, true
}

func (p *Priority) spawned() {}

// PollFaulted is what the hardware layer says of a poll that did not return.
const PollFaulted = task.Poll(raw.Ready) + 1

// realtime is the executor's own state, accessed with interrupts masked.
var realtime struct {
	cx     raw.Context // of the task that is being polled
	fault  raw.Fault
	faults uint64

	// The poll whose budget has run out once: its task, and which of that task's polls.
	overdue      uint64
	overduePolls uint32
}

// Quiet reports whether nothing is on the queues. Interrupts masked.
//
//go:nosplit
func Quiet() bool { return raw.BothEmpty(&Urgent.queue, &Normal.queue) }

// Direct starts a poll of a real-time task whose line has interrupted, at once and past the
// queue: the arguments of its poll function, and the address of that function's value.
// Interrupts masked; not below the executor, see [Nested], and not unless it is [Quiet] and
// the task is [raw.Waker.Idle].
//
//go:nosplit
func Direct(w raw.Waker) (out uintptr, cx *task.Context, poll uintptr) {
	out, poll = w.Claim(&realtime.cx)
	return out, (*task.Context)(&realtime.cx), poll
}

// Interrupted wakes the task of a line, at interrupt entry, and returns what is to be
// polled before the entry returns, as [Direct] does, or 0 for poll: that task at once if it
// is a real-time one and nothing is before it. Interrupts masked; not below the executor:
// see [Nested].
//
//go:nosplit
func Interrupted(w raw.Waker, realtime bool) (out uintptr, cx *task.Context, poll uintptr) {
	if realtime && Quiet() && w.Idle() {
		return Direct(w)
	}
	w.WakeMasked()
	return Next()
}

// Nested wakes the task of a line whose interrupt has struck the executor, which looks at
// its queues when the poll under way is over. Interrupts masked.
//
//go:nosplit
func Nested(w raw.Waker) { w.WakeMasked() }

// Next takes the next task off the queues and returns what is to be polled, as [Direct]
// does. Interrupts masked.
//
//go:nosplit
func Next() (out uintptr, cx *task.Context, poll uintptr) {
	for {
		h := Urgent.queue.DequeueMasked()
		if h == nil {
			if h = Normal.queue.DequeueMasked(); h == nil {
				return 0, nil, 0
			}
		}
		if h.StartMasked() {
			h.Finish(raw.Cancelled)
			continue
		}
		out, poll = h.Begin(&realtime.cx)
		return out, (*task.Context)(&realtime.cx), poll
	}
}

// Polled ends the poll with what the poll function has returned, or [PollFaulted], and
// returns what is to be polled next. Interrupts masked.
//
//go:nosplit
func Polled(p task.Poll) (out uintptr, cx *task.Context, poll uintptr) {
	h := realtime.cx.Leave()
	switch p {
	case task.Pending:
		if h.EndMasked() {
			h.Finish(raw.Cancelled)
		}
	case task.Ready:
		h.Finish(raw.Output)
	default:
		realtime.faults++
		h.Faulted(&realtime.fault)
		realtime.fault = raw.Fault{}
	}
	return Next()
}

// Overdue notes that the budget of the poll under way has run out, and reports whether that was
// noted of this poll before. Interrupts masked.
//
// A poll is ended when it is overdue a second time, a little later. The first time it may not
// have used the time at all: an emulator is kept from running by its host for seconds, and a
// machine by its firmware, and the interrupt comes when that is over. A poll that was struck by
// that goes on, and is done long before the second.
//
//go:nosplit
func Overdue() bool {
	number, polls := realtime.cx.Polled()
	again := number == realtime.overdue && polls == realtime.overduePolls
	realtime.overdue, realtime.overduePolls = number, polls
	return again
}

// Grace returns how long a poll whose budget has run out goes on before it is [Overdue] a second
// time: an eighth of the budget. A budget below a millisecond has no grace, so that it ends the
// poll at an instruction: no pause of a machine is so short that it would matter. Any level.
func Grace(budgetNS int64) (ns int64) {
	if budgetNS < 1e6 {
		return 0
	}
	return budgetNS / 8
}

// NoteFault stores what the hardware layer knows of a fault in the poll under way, before
// it says [PollFaulted]. Interrupts masked.
//
//go:nosplit
func NoteFault(kind task.FaultKind, pc, addr uintptr) {
	f := &realtime.fault
	f.Kind, f.PC, f.Addr = uint32(kind), pc, addr
}

// NoteCaller notes, after [NoteFault], a return address of the faulting poll, the innermost first,
// and reports whether there is room for another. Interrupts masked.
//
//go:nosplit
func NoteCaller(pc uintptr) (more bool) { return realtime.fault.NoteCaller(pc) }

// NoteStack notes, after [NoteFault], the link register and the stack of the faulting poll, from
// its stack pointer to its end, for a machine that has no frame pointers. Interrupts masked.
//
//go:nosplit
func NoteStack(lr, sp, end uintptr) { realtime.fault.NoteStack(lr, sp, end) }

// Faults returns how many real-time tasks have faulted. Thread level.
func Faults() uint64 { return realtime.faults }

// RealtimeCurrent returns the waker of the real-time task that is being polled, the zero
// Waker if there is none. Thread level sees none.
//
//go:nosplit
func RealtimeCurrent() task.Waker { return task.Waker(realtime.cx.Waker()) }
