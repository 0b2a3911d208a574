package task

import "sync/atomic"

// The state word: eight flags and a generation. Every change of a task's life is one
// compare-and-swap of it.
//
//	 31                      8 7 6 5 4 3 2 1 0
//	+-------------------------+-+-+-+-+-+-+-+-+
//	|       generation        |H|j|J|x|C|W|P|L|
//	+-------------------------+-+-+-+-+-+-+-+-+
//
//	L live       spawned, and not yet given back
//	P polling    its poll function is running
//	W woken      in its executor's queue, or to be polled again at once
//	C completed  it is over; its result stands
//	x cancelled  it is not to be polled again
//	J waiting    a join waker is stored
//	j joining    a joiner is storing its waker
//	H handle     somebody can still ask for the result
//
//	         spawn              start           end, not woken
//	 free ----------> L H W  ---------> L H P  ---------------> L H  (idle)
//	  ^                  ^                |  \                    |
//	  |                  |  end, woken    |   \ done              | wake
//	  |                  +----------------+    \                  |
//	  |  take or detach                         v                 |
//	  +------------------------------------- L H C     L H W <----+
//
// A slot is given back when the task is over and nobody can ask for its result any
// more; the generation goes up and every handle of the life before is stale: it does
// nothing, and is counted.
const (
	live uint32 = 1 << iota
	polling
	woken
	completed
	cancelled
	waiting
	joining
	handle

	generation uint32 = 1 << 8 // one

	flags = generation - 1
)

// stale counts handles that were used after the life they belonged to. It says that
// somewhere a waker is kept for too long.
var stale atomic.Uint32

// Stale returns how many wakes and cancels came too late for their task.
func Stale() uint32 { return stale.Load() }

// Table of transitions. A transition whose condition does not hold changes nothing.
//
//	name      condition                       effect                       then
//	spawn     not live                        L W H                        enqueue
//	wake      generation, not C, not W        W                            enqueue, if not P
//	cancel    generation, not C, not x        x W                          enqueue, if neither W nor P was set
//	start     W                               P, not W                     poll; or finish, if x
//	end       P                               not P                        enqueue, if W
//	finish    P                               C, not P, not W              wake joiner, if J; give back, if not H
//	join      H, not C                        j, then J                    result, if C in between
//	take      H, C                            not H                        give back
//	detach    H                               not H                        give back, if C
//	give back C, not H                        generation + 1, all flags 0

// Each transition has its own loop: one loop that takes the change as a function would
// make an indirect call, which code below the runtime must not.

// wake does the transition and reports whether the task must be put on the queue.
//
//go:nosplit
func (h *Header) wake(gen uint32) (enqueue bool) {
	for {
		s := h.state.Load()
		if s&^flags != gen || s&live == 0 {
			stale.Add(1)
			return false
		}
		if s&(completed|woken) != 0 {
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
func (h *Header) cancel(gen uint32) (done, enqueue bool) {
	for {
		s := h.state.Load()
		if s&^flags != gen || s&live == 0 {
			stale.Add(1)
			return false, false
		}
		if s&(completed|cancelled) != 0 {
			return false, false
		}
		if h.state.CompareAndSwap(s, s|cancelled|woken) {
			return true, s&(polling|woken) == 0
		}
	}
}

// start begins a poll. Executor only; the task was on its queue.
//
//go:nosplit
func (h *Header) start() (cancel bool) {
	for {
		s := h.state.Load()
		if h.state.CompareAndSwap(s, s&^woken|polling) {
			return s&cancelled != 0
		}
	}
}

// end ends a poll that returned Pending. Executor only.
//
//go:nosplit
func (h *Header) end() (enqueue bool) {
	for {
		s := h.state.Load()
		if h.state.CompareAndSwap(s, s&^polling) {
			return s&woken != 0
		}
	}
}

// finish ends the task. Executor only. Afterwards the task is the joiner's, or, if there
// is no handle, free.
//
//go:nosplit
func (h *Header) finish() (wakeJoiner bool) {
	for {
		s := h.state.Load()
		next := s&^(polling|woken) | completed
		if s&handle == 0 {
			next = s&^flags + generation
		}
		if h.state.CompareAndSwap(s, next) {
			return s&waiting != 0
		}
	}
}
