package task

import "unsafe"

// Waker wakes one task, in one of its lives: see key. It is 16 bytes without a pointer, 12
// where pointers have 32 bits: it can be stored anywhere, by any level. The zero Waker wakes
// nobody. Two Wakers are equal if they wake the same task.
type Waker struct {
	header uintptr
	key    key
}

// Wake makes the task's executor poll it, once for any number of wakes in between.
// A wake during a poll makes the poll be repeated. Any level; one compare-and-swap,
// and one swap more if the task was idle; none if it was woken already.
//
//go:nosplit
func (w Waker) Wake() {
	if w.header == 0 || wakeStandIn(w) {
		return
	}
	h := w.task()
	if h.wake(w.key) {
		h.wakes++ // this wake's alone until the task has been polled
		h.cause = ByWaker
		traceWake(h)
		h.exec.Enqueue(h)
	}
}

// Cancel makes the task end with [ErrCancelled] instead of being polled again, and
// reports whether this call did that. A task that is being polled ends when that poll
// returns: with ErrCancelled if it is Pending, with [ErrCancelledLate] and its output
// if it is Ready. Of a task that is over already and has not been joined Cancel says
// false, and the joiner gets the output with ErrCancelledLate. Any level.
//
//go:nosplit
func (w Waker) Cancel() bool {
	if w.header == 0 {
		return false
	}
	h := w.task()
	done, enqueue := h.cancel(w.key)
	if done {
		traceCancel(h)
	}
	if enqueue {
		h.cause = ByWaker
		h.exec.Enqueue(h)
	}
	return done
}

// ID returns the number of the waker's task, also after its end; 0 of the zero Waker.
//
//go:nosplit
func (w Waker) ID() uint64 { return w.key.number() }

// WillWake reports whether w wakes the task that is being polled: whether it need not
// be replaced.
//
//go:nosplit
func (w Waker) WillWake(cx *Context) bool { return w == cx.Waker() }

// Done reports whether the task is over, or the waker of an earlier life.
//
//go:nosplit
func (w Waker) Done() bool {
	if w.header == 0 {
		return true
	}
	h := w.task()
	s := h.state.Load()
	return !h.is(w.key, s) || s&completed != 0
}

// task returns the header. Wakers are made only by this package, of tasks that never
// go away, so what can be wrong with one is that something wrote over it.
//
//go:nosplit
func (w Waker) task() *Header {
	if w.header%unsafe.Alignof(Header{}) != 0 {
		misuse("task: a waker was overwritten")
	}
	return headerAt(w.header)
}

// waker makes the waker of the present life, which cannot end meanwhile.
//
//go:nosplit
func (h *Header) waker() Waker { return Waker{uintptr(unsafe.Pointer(h)), h.key()} }

//go:nosplit
func headerAt(a uintptr) *Header { return *(**Header)(unsafe.Pointer(&a)) }

// At returns the task whose header is at an address that an executor has noted.
//
//go:nosplit
func At(header uintptr) *Header { return headerAt(header) }

// misuse stops who broke a rule of this package. At thread level, inside a poll, that
// is the task.
func misuse(text string) { panic(text) }

// WakerAt makes the waker of the present life of the task whose header is at an address
// that an executor has noted; the zero Waker of 0, and of a task whose life changes meanwhile.
//
//go:nosplit
func WakerAt(header uintptr) Waker {
	if header == 0 {
		return Waker{}
	}
	h := headerAt(header)
	s := h.state.Load()
	w := Waker{header, key(h.life.Load())<<32 | key(s&^notKey)}
	if h.state.Load()&^notKey != s&^notKey {
		return Waker{}
	}
	return w
}
