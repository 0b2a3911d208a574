package raw

import (
	"errors"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// What an executor does with a task, from spawn to end.

// ids counts tasks from 1; 0 is no task's.
var ids atom.Uint64

// What can be wrong with a spawn.
var (
	ErrNoPoll = errors.New("task: spawn without a poll function")
	ErrAlive  = errors.New("task: the task is alive already")
)

// Spawn starts a life of t on the run queue: poll, which is a func(*T, *Context) Poll, is called
// until it returns Ready. Its output is zero at first.
//
// The error is [ErrAlive], [ErrNoPoll], or [ErrUnverified] if the queue is real-time, the image was
// verified, and poll was not.
//
// Its pointer stores are for thread level; a task of another level is spawned before
// that level runs.
func (t *Task[T]) Spawn(q *RunQueue, m *Metadata, poll unsafe.Pointer) (JoinHandle[T], error) {
	return t.spawn(q, m, unsafe.Pointer(&t.output), poll)
}

// SpawnMethod is [Task.Spawn] of a task whose state has an address of its own: poll is a method
// of it, such as (*Blinker).Poll, and is called with that address. Many tasks may share a method.
//
// To the executor this is no other task: a method is a function whose first argument is its
// receiver, and where other tasks have the address of their output this one has state. A
// method value, such as b.Poll, would be a closure: a call more for each poll, and memory of the
// heap, of which boot/verify knows nothing.
func (t *Task[T]) SpawnMethod(q *RunQueue, m *Metadata, state, poll unsafe.Pointer) (JoinHandle[T], error) {
	if state == nil {
		panic("task: SpawnMethod without a state")
	}
	return t.spawn(q, m, state, poll)
}

// spawn is given the func value as a word: the address of the word with the code's address.
func (t *Task[T]) spawn(q *RunQueue, m *Metadata, out, poll unsafe.Pointer) (JoinHandle[T], error) {
	if poll == nil {
		return JoinHandle[T]{}, ErrNoPoll
	}
	if err := admit(q, poll); err != nil {
		return JoinHandle[T]{}, err
	}
	h := &t.Header
	s := h.state.Load()
	// joining reserves the slot: it is not live yet, and no longer free.
	if s&flags != 0 || !h.state.CompareAndSwap(s, s|joining) {
		return JoinHandle[T]{}, ErrAlive
	}
	var zero T
	t.output, t.panicked = zero, nil // of an earlier life whose result was not taken
	h.poll, h.out = *(*pollFunc)(unsafe.Pointer(&poll)), out
	if t.metadata.Load() != m {
		t.metadata.Store(m)
	}
	q.mark()
	h.bind(q)
	h.polls, h.wakes, h.direct = 0, 0, 0
	h.reason = BySpawn
	t.cleanup = noCleanup
	if t.goroutine.Load() != 0 {
		t.goroutine.Store(0)
	}
	if !h.registered {
		h.registered = true
		register(h)
	}
	key := keyOf(ids.Add(1))
	h.life.Store(key.life()) // no handle is of a slot that is reserved
	traceSpawn(key.number())
	j := JoinHandle[T]{t, key}
	h.state.StoreRelease(key.state() | woken | handle)
	q.Enqueue(h)
	return j, nil
}

// WakeReason says why the task was on the queue that it has just been taken from.
//
//go:nosplit
func (h *Header) WakeReason() WakeReason { return h.reason }

// Poll calls the poll function, between [Header.Start] and one of the ends. Executor
// only.
func (h *Header) Poll(cx *Context) Poll {
	cx.header = uintptr(unsafe.Pointer(h))
	h.polls++
	tracePollStart(h)
	p := h.poll(h.out, cx)
	tracePollEnd(h, p)
	return p
}

// End ends a poll that returned Pending and reports whether the task was cancelled
// meanwhile, and is to be finished. If it was woken meanwhile it goes to the tail of the
// queue.
func (h *Header) End() (isCancelled bool) {
	enqueue, isCancelled := h.end()
	if isCancelled {
		return true
	}
	if enqueue {
		h.reason = ByItself
		h.exec.Enqueue(h)
	}
	return false
}

// Finish ends the life of a task that [Header.Start] has put into the executor's hands:
// What it still waits for is taken back, its joiner is woken; without one it is free.
//
//go:nosplit
func (h *Header) Finish(how Outcome) {
	b := h.base()
	if b.waits != nil {
		b.takeBack()
	}
	b.how = how
	traceComplete(h)
	if h.finish() {
		b.joiner.wakeUnended()
		h.release(polling)
	}
}

// Panicked is [Header.Finish] after a panic, which is noted: see [NextEnd].
func (h *Header) Panicked(value any, stack []byte) {
	if r, ok := value.(*Raised); ok {
		value, stack = r.Value, r.Stack
	}
	b := h.base()
	p := &Panic{ID: h.number(), Task: b.metadata.Load().name(), Value: value, Stack: stack}
	b.panicked = p
	h.notePanic(p)
	h.Finish(Panicked)
	tell()
}

// Raised is what a poll function panics with to hand on a panic that was found on another
// stack than the executor's: the [Panic] then has that value and that stack.
type Raised struct {
	Value any
	Stack []byte
}

// Faulted is [Header.Finish] after a fault of a real-time task, which is noted: see [NextEnd].
//
//go:nosplit
func (h *Header) Faulted(f *Fault) {
	h.base().fault = *f
	h.note(false)
	h.Finish(Faulted)
	tell()
}

// CancelAll cancels every task that is bound to the run queue and not over, and returns how
// many there are. They are over when they have come off the queue.
func (t *RunQueue) CancelAll() (left int) {
	for h := range all {
		if h.runQueue() != t {
			continue
		}
		if s := h.state.Load(); s&(live|completed) == live {
			h.waker().Cancel()
			left++
		}
	}
	return left
}
