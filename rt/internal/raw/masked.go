package raw

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/queue"
)

// The transitions of the real-time executor, see rt/sched/realtime.go. It makes them with
// interrupts masked, on the only processor that its tasks belong to, so plain loads and
// stores do what elsewhere takes a compare-and-swap.

// Idle reports whether the waker's task is idle, in the life that the waker is of: whether
// [Waker.Claim] can start a poll of it. Interrupts masked; the task is a real-time one.
//
//go:nosplit
func (w Waker) Idle() bool {
	return headerAt(w.header).isMasked(w.key, polling|woken|completed|cancelled)
}

// Claim starts a poll of an idle task at once, past the queue, and returns what is to be
// called for it, as [Header.Begin] does. Interrupts masked; see [Waker.Idle].
//
// It does all that there is to do in one function without a frame: this is the way from an
// interrupt to its task.
//
//go:nosplit
func (w Waker) Claim(cx *Context) (out, poll uintptr) {
	h := headerAt(w.header)
	h.state.StoreMasked(h.state.LoadMasked() | polling)
	cx.header = w.header
	h.direct++
	traceWake(h)
	tracePollStart(h)
	return uintptr(h.out), *(*uintptr)(unsafe.Pointer(&h.poll))
}

// Leave returns the header of the task whose poll the context was, and forgets it.
//
//go:nosplit
func (cx *Context) Leave() *Header {
	h := headerAt(cx.header)
	cx.header = 0
	return h
}

// Polled returns the number of the task whose poll the context is, and how often that was
// polled.
//
//go:nosplit
func (cx *Context) Polled() (number uint64, polls uint32) {
	h := headerAt(cx.header)
	return h.number(), h.polls + h.direct
}

// WakeMasked is [Waker.Wake], interrupts masked.
//
//go:nosplit
func (w Waker) WakeMasked() {
	if w.header == 0 {
		return
	}
	h := w.task()
	s := h.state.LoadMasked()
	if !h.isMasked(w.key, 0) {
		stale.Add(1)
		return
	}
	if s&(completed|cancelled|woken) != 0 {
		return
	}
	h.state.StoreMasked(s | woken)
	if s&polling != 0 {
		return
	}
	h.wakes++
	h.reason = ByWaker
	traceWake(h)
	h.exec.EnqueueMasked(h)
}

// StartMasked is [Header.Start], interrupts masked.
//
//go:nosplit
func (h *Header) StartMasked() (isCancelled bool) {
	s := h.state.LoadMasked()
	if s&(live|woken|polling|completed) != live|woken {
		misuse("task: dequeued a task that is not runnable")
	}
	h.state.StoreMasked(s&^woken | polling)
	return s&cancelled != 0
}

// Begin returns what is to be called for a poll: the function, by the address of its
// value, and where its output goes. cx is made the poll's.
//
//go:nosplit
func (h *Header) Begin(cx *Context) (out, poll uintptr) {
	cx.header = uintptr(unsafe.Pointer(h))
	h.polls++
	tracePollStart(h)
	return uintptr(h.out), *(*uintptr)(unsafe.Pointer(&h.poll))
}

// EndMasked is [Header.End], interrupts masked.
//
//go:nosplit
func (h *Header) EndMasked() (isCancelled bool) {
	tracePollEnd(h, Pending)
	s := h.state.LoadMasked()
	h.state.StoreMasked(s &^ polling)
	if s&cancelled != 0 {
		return true
	}
	if s&woken != 0 {
		h.reason = ByItself
		h.exec.EnqueueMasked(h)
	}
	return false
}

// EnqueueMasked is [RunQueue.Enqueue], interrupts masked: the executor looks at the queue
// before they are unmasked, if it is that of this processor and real-time. Another that has parked is
// unparked.
//
//go:nosplit
func (q *RunQueue) EnqueueMasked(h *Header) {
	if q.realtime {
		q.ready.EnqueueMasked(&h.node)
		return
	}
	q.Enqueue(h)
}

// BothEmpty reports whether no task is on either queue, interrupts masked.
//
//go:nosplit
func BothEmpty(a, b *RunQueue) bool { return queue.BothEmptyMasked(&a.ready, &b.ready) }

// DequeueMasked takes the first task off the queue, or returns nil; interrupts masked. Most
// often there is none, so that is looked at first, without a call.
//
//go:nosplit
func (q *RunQueue) DequeueMasked() *Header {
	if q.ready.EmptyMasked() {
		return nil
	}
	return q.dequeueMasked()
}

//go:nosplit
func (q *RunQueue) dequeueMasked() *Header {
	n, r := q.ready.TryDequeueMasked()
	if r != queue.Item {
		return nil
	}
	return Of(n)
}

// Realtime reports whether the waker's task is a real-time one. Thread level.
func (w Waker) Realtime() bool { return w.header != 0 && w.task().exec.realtime }
