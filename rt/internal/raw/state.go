package raw

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// The state word: eight flags and a generation. Every change of a task's life is one
// compare-and-swap of it.
//
//	 31                      8 7 6 5 4 3 2 1 0
//	+-------------------------+-+-+-+-+-+-+-+-+
//	|       generation        |H|j|J|x|C|W|P|L|
//	+-------------------------+-+-+-+-+-+-+-+-+
//
//	L live       spawned, and not yet given back
//	P polling    its executor has it in hand: it is being polled, or finished
//	W woken      in a queue, or to be polled again at once
//	C completed  it is over; its result stands
//	x cancelled  it was cancelled
//	J waiting    a join waker is stored
//	j joining    a joiner is at work: it stores a waker, or takes
//	             the result; or, if not L, it is being spawned
//	H handle     a handle can still ask for the result
//
//	         spawn              start           end, not woken
//	 free ----------> L H W  ---------> L H P  ---------------> L H  (idle)
//	  ^                  ^                |  \                    |
//	  |                  |  end, woken    |   \ finish            | wake, cancel
//	  |                  +----------------+    \                  |
//	  |  take or detach                         v                 |
//	  +------------------------------------- L H C     L H W <----+
//
// A slot is given back when the task is over, no executor has it in hand and no handle can ask for
// its result any more: C, and none of P, j and H. Whoever takes the last of these away
// gives it back in the same step. Every handle of the life before is stale from then on: it
// does nothing, and is counted. The generation is that of the last life until the next spawn.
//
//	name      condition               effect             and then
//	reserve   free                    j
//	spawn     reserved                L W H, not j       enqueue
//	wake      L, not C, not x, not W  W                  enqueue, if not P
//	cancel    L, not C, not x         x, and W if not P  enqueue, if neither P nor W was set; true
//	          C H, not x              x                  false
//	start     L W, not P, not C       P, not W           poll, or finish if x
//	end       P                       not P              if x, finish; else enqueue, if W
//	finish    P or x, not J           C, not P, not W    give back, if that was the last
//	          P or x, J               C P, not W, not J  wake the joiner, then release
//	release   P C                     not P              give back, if that was the last
//	join      H, not C, not j         j
//	joined    j, not C                J, not j           wait; if C came in between, take
//	take      H C, not j              j, not H, not J    move the result out, then taken
//	taken     j C                     not j              give back, if that was the last
//	detach    H                       not H, not J       give back, if that was the last
//
// Before it finishes a task with x the executor gives it its last poll, if it wants one:
// the executor owns it exclusively then.
//
// finish keeps P while it reads the join waker, so that a joiner which finds the result
// meanwhile and takes it does not give the slot back under it.
//
// wake, cancel and join by the handle of another life do nothing: see key.

const (
	live uint32 = 1 << iota
	polling
	woken
	completed
	cancelled
	waiting
	joining
	handle

	flags uint32 = 1<<8 - 1
)

// stale counts handles that were used after the life they belonged to. It says that
// somewhere a waker is kept for too long.
var stale atom.Uint32

// Stale returns how many wakes and cancels came too late for their task. Any level.
func Stale() uint32 { return stale.Load() }

// Each transition has its own loop: one loop that takes the change as a function would
// make an indirect call, which code below the runtime must not.

// releaseIfUnheld gives the slot back if the change to next took the last hold on it away.
//
//go:nosplit
func releaseIfUnheld(next uint32) uint32 {
	if next&(completed|polling|joining|handle) == completed {
		return next &^ flags
	}
	return next
}

// wake does the transition and reports whether the task must be put on the queue.
//
//go:nosplit
func (h *Header) wake(k key) (enqueue bool) {
	for {
		s := h.state.Load()
		if !h.is(k, s) {
			stale.Add(1)
			return false
		}
		if s&(completed|cancelled|woken) != 0 {
			return false
		}
		if h.state.CompareAndSwap(s, s|woken) {
			return s&polling == 0
		}
	}
}

// cancel does the transition; done says that this call cancelled the task.
//
//go:nosplit
func (h *Header) cancel(k key) (done, enqueue bool) {
	for {
		s := h.state.Load()
		if !h.is(k, s) {
			stale.Add(1)
			return false, false
		}
		if s&cancelled != 0 || s&(completed|handle) == completed {
			return false, false
		}
		next := s | cancelled
		enqueue = s&(polling|woken|completed) == 0
		if enqueue {
			next |= woken
		}
		if h.state.CompareAndSwap(s, next) {
			return s&completed == 0, enqueue
		}
	}
}

// Start begins a poll and reports whether the task was cancelled, and is to be finished
// instead. Executor only; the task was on its queue.
//
// W is set and P is not, and only the executor changes either from that, so adding their
// difference is the transition: one operation, with no loop.
//
//go:nosplit
func (h *Header) Start() (isCancelled bool) {
	s := h.state.Add(^(woken - polling) + 1) // minus
	if s&(live|woken|polling|completed) != live|polling {
		misuse("task: dequeued a task that is not runnable")
	}
	return s&cancelled != 0
}

// end ends a poll that returned Pending. over says that the task was cancelled
// meanwhile, and is to be finished: a cancelled task that is in no queue belongs to
// its executor alone, since it can be neither woken nor cancelled again.
//
//go:nosplit
func (h *Header) end() (enqueue, over bool) {
	s := h.state.Add(^polling + 1) // minus
	if s&cancelled != 0 {
		return false, true
	}
	return s&woken != 0, false
}

// finish ends the task, whose result stands. If there is a joiner to be woken the slot
// is held until release.
//
//go:nosplit
func (h *Header) finish() (wakeJoiner bool) {
	for {
		s := h.state.Load()
		next := s&^(woken|waiting) | completed | polling
		if s&waiting == 0 {
			next = releaseIfUnheld(next &^ polling)
		}
		if h.state.CompareAndSwap(s, next) {
			return s&waiting != 0
		}
	}
}

// release takes one hold, polling or joining, off a completed task.
//
//go:nosplit
func (h *Header) release(hold uint32) {
	for {
		s := h.state.Load()
		if h.state.CompareAndSwap(s, releaseIfUnheld(s&^hold)) {
			return
		}
	}
}

// State describes the word to people.
func stateText(s uint32) string {
	switch {
	case s&completed != 0:
		return "completed"
	case s&cancelled != 0:
		return "cancelled"
	case s&polling != 0:
		return "running"
	case s&woken != 0:
		return "ready"
	case s&live != 0:
		return "idle"
	}
	return "free"
}
