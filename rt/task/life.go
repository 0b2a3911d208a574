package task

import (
	"unsafe"

	"tamagotake/internal/atom"
)

// What rt/sched does with a task, from spawn to end.

// ids counts tasks from 1; 0 is nobody's.
var ids atom.Uint64

// Spawn starts a life of t on the target: poll is called until it returns Ready. The
// handle is where the result goes; [JoinHandle.Detach] it if nobody wants that.
//
// Its pointer stores are for thread level; a task of another level is spawned before
// that level runs.
func (t *Task[T]) Spawn(target *Target, b *Builder, poll Func[T]) (JoinHandle[T], error) {
	h := &t.Header
	s := h.state.Load()
	// joining reserves the slot: it is not live yet, and no longer free.
	if s&flags != 0 || !h.state.CompareAndSwap(s, s|joining) {
		return JoinHandle[T]{}, ErrAlive
	}
	t.fn, t.err = poll, nil
	t.build.Store(b)
	h.future = t
	target.magic = targetMagic
	h.exec = uintptr(unsafe.Pointer(target))
	h.id = ids.Add(1)
	h.polls, h.wakes = 0, 0
	h.cause = bySpawn
	if !h.registered {
		h.registered = true
		register(h)
	}
	traceSpawn(h.id)
	j := JoinHandle[T]{t, s &^ flags, h.id}
	h.state.StoreRelease(s | live | woken | handle)
	target.Enqueue(h)
	return j, nil
}

// Cause says why the task was on the queue that it has just been taken from: one of
// the three is 1, for the statistics of a tick.
//
//go:nosplit
func (h *Header) Cause() (spawned, external, internal int) {
	switch h.cause {
	case bySpawn:
		return 1, 0, 0
	case byWaker:
		return 0, 1, 0
	}
	return 0, 0, 1
}

// Poll calls the poll function, between [Header.Start] and one of the ends. Executor
// only.
func (h *Header) Poll(cx *Context) Poll {
	cx.waker, cx.id = h.waker(), h.id
	h.polls++
	tracePollStart(h.id)
	p := h.future.poll(cx)
	tracePollEnd(h.id, p)
	return p
}

// End ends a poll that returned Pending and reports whether the task is over, since it
// was cancelled meanwhile. If it was woken meanwhile it goes to the tail of the queue.
func (h *Header) End() (over bool) {
	enqueue, over := h.end()
	if over {
		h.Finish(ErrCancelled)
		return true
	}
	if enqueue {
		h.cause = byItself
		targetAt(h.exec).Enqueue(h)
	}
	return false
}

// Finish ends the life of a task that [Header.Start] has put into the executor's hands:
// err is how, nil if its output stands. Its joiner is woken; without one it is free.
func (h *Header) Finish(err error) {
	b := h.future.base()
	b.err = err
	traceComplete(h.id)
	if h.finish() {
		b.joiner.Wake()
		h.release(polling)
	}
}

// Panicked is [Header.Finish] after a panic.
func (h *Header) Panicked(value any, stack []byte) {
	h.Finish(&PanicError{ID: h.id, Task: h.future.base().build.Load().name(), Value: value, Stack: stack})
}

// CancelFor is Cancel by the executor itself, of every task that is bound to the
// target and not over. The executor finishes them as they come off the queue.
func (t *Target) CancelFor() {
	for h := range all {
		if h.exec != uintptr(unsafe.Pointer(t)) {
			continue
		}
		if s := h.state.Load(); s&(live|completed) == live {
			h.waker().Cancel()
		}
	}
}
