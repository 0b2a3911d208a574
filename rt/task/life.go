package task

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/internal/atom"
)

// What rt/sched does with a task, from spawn to end.

// ids counts tasks from 1; 0 is nobody's.
var ids atom.Uint64

// Spawn starts a life of t on the target: poll is called until it returns Ready. Its output is zero
// at first. The
// handle is where the result goes; [JoinHandle.Detach] it if nobody wants that.
//
// The error is [ErrAlive], [ErrNoPoll], or [ErrUnverified] if the target is real-time, the image was
// verified, and poll was not.
//
// Its pointer stores are for thread level; a task of another level is spawned before
// that level runs.
func (t *Task[T]) Spawn(target *Target, b *Metadata, poll Func[T]) (JoinHandle[T], error) {
	return spawn(t, target, b, unsafe.Pointer(&t.output), *(*pollFunc)(unsafe.Pointer(&poll)))
}

// SpawnMethod is [Task.Spawn] of a task whose state has an address of its own: poll is a method
// of it, such as (*Blinker).Poll, and is called with that address. Many tasks may share a method.
//
// To the executor this is no other task: a method is a function whose first argument is what it
// is a method of, and where other tasks have the address of their output this one has state. A
// method value, such as b.Poll, would be a closure: a call more for each poll, and memory of the
// heap, of which boot/verify knows nothing.
func SpawnMethod[S any](t *Task[None], target *Target, b *Metadata, state *S, poll func(*S, *Context) Poll) (JoinHandle[None], error) {
	if state == nil {
		panic("task: SpawnMethod without a state")
	}
	return spawn(t, target, b, unsafe.Pointer(state), *(*pollFunc)(unsafe.Pointer(&poll)))
}

func spawn[T any](t *Task[T], target *Target, b *Metadata, out unsafe.Pointer, poll pollFunc) (JoinHandle[T], error) {
	if poll == nil {
		return JoinHandle[T]{}, ErrNoPoll
	}
	if err := admit(target, *(*unsafe.Pointer)(unsafe.Pointer(&poll))); err != nil {
		return JoinHandle[T]{}, err
	}
	h := &t.Header
	s := h.state.Load()
	// joining reserves the slot: it is not live yet, and no longer free.
	if s&flags != 0 || !h.state.CompareAndSwap(s, s|joining) {
		return JoinHandle[T]{}, ErrAlive
	}
	var zero T
	t.output, t.err = zero, nil // of an earlier life whose result nobody has taken
	h.poll, h.out = poll, out
	if t.build.Load() != b {
		t.build.Store(b)
	}
	target.mark()
	h.bind(target)
	h.polls, h.wakes, h.direct = 0, 0, 0
	h.cause = BySpawn
	t.last = noLast
	if t.goroutine.Load() != 0 {
		t.goroutine.Store(0)
	}
	if !h.registered {
		h.registered = true
		register(h)
	}
	key := keyOf(ids.Add(1))
	h.life.Store(key.life()) // nobody's handle is of a slot that is reserved
	traceSpawn(key.number())
	j := JoinHandle[T]{t, key}
	h.state.StoreRelease(key.state() | woken | handle)
	target.Enqueue(h)
	return j, nil
}

// Cause says why the task was on the queue that it has just been taken from.
//
//go:nosplit
func (h *Header) Cause() Cause { return h.cause }

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
		h.cause = ByItself
		h.exec.Enqueue(h)
	}
	return false
}

// Finish ends the life of a task that [Header.Start] has put into the executor's hands:
// What it still waits for is taken back, its joiner is woken; without one it is free.
//
//go:nosplit
func (h *Header) Finish(how Ending) {
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
	err := &PanicError{ID: h.number(), Task: b.build.Load().name(), Value: value, Stack: stack}
	b.err = err
	h.notePanic(err)
	h.Finish(panicked)
	tell()
}

// Faulted is [Header.Finish] after a fault of a real-time task, which is noted: see [NextEnd].
//
//go:nosplit
func (h *Header) Faulted(f *Fault) {
	h.base().fault = *f
	h.note(false)
	h.Finish(faulted)
	tell()
}

// CancelAll cancels every task that is bound to the target and not over, and returns how
// many there are. They are over when they have come off the queue.
func (t *Target) CancelAll() (left int) {
	for h := range all {
		if h.target() != t {
			continue
		}
		if s := h.state.Load(); s&(live|completed) == live {
			h.waker().Cancel()
			left++
		}
	}
	return left
}
