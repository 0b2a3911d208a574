package raw

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// Waker wakes one task, in one of its lives: see key. It is 16 bytes without a pointer, 12
// where pointers have 32 bits: it can be stored anywhere, by any level. The zero Waker wakes
// no task. Two Wakers are equal if they wake the same task.
type Waker struct {
	header uintptr
	key    key
}

// A real-time poll can be ended at every instruction at which interrupts are enabled. So all
// of a wake, from the change of the state word to Unpark, is one section
// with interrupts masked: the task is woken, on its queue and its executor called, or nothing
// has happened. What the section reads and writes is looked at before its first store, so
// that an address that was overwritten faults before anything has changed.
//
//	check: the header, its run queue, the last node of the queue      misuse, or a fault
//	mask
//	state word --> counts --> queue --> parker of a thread's executor
//	restore
//	enter the real-time executor, if it is that one's: at thread level it polls now
//
// Rejected: to have the executor find and finish half a wake when it ends a poll. It would
// need a note of each wake, and a wake would cost more than masking does.

// Wake makes the task's executor poll it, once for any number of wakes in between.
// A wake during a poll makes the poll be repeated. Any level; one compare-and-swap,
// and one swap more if the task was idle; none if it was woken already.
//
//go:nosplit
func (w Waker) Wake() {
	if w.header == 0 || wakeFakeTask(w) {
		return
	}
	w.check()
	saved := platform.MaskInterrupts()
	enter := w.wakeWithin()
	platform.RestoreInterrupts(saved)
	if enter {
		platform.EnterRealtime()
	}
}

// WakeWithin is [Waker.Wake] for a caller that is in a section with interrupts masked already, and has
// asked [Waker.Sound] before the first change of that section. enter says that the task is a
// real-time one: the caller calls [platform.EnterRealtime] when it has left the section. Any level.
//
//go:nosplit
func (w Waker) WakeWithin() (enter bool) {
	if w.header == 0 || wakeFakeTask(w) {
		return false
	}
	return w.wakeWithin()
}

//go:nosplit
func (w Waker) wakeWithin() (enter bool) {
	h := headerAt(w.header)
	if !h.wake(w.key) {
		return false
	}
	h.wakes++ // this wake's alone until the task has been polled
	h.reason = ByWaker
	traceWake(h)
	return h.exec.enqueue(h)
}

// wakeUnended is Wake for an executor, which nothing ends: at thread level it is no poll, and at
// real-time level interrupts are masked. A waker that was overwritten, by the task that has just
// ended perhaps, wakes no task and is counted as stale: to stop the executor for it would end the
// kernel.
//
//go:nosplit
func (w Waker) wakeUnended() {
	if w.header == 0 || wakeFakeTask(w) {
		return
	}
	if !w.Sound() {
		stale.Add(1)
		return
	}
	if w.wakeWithin() {
		platform.EnterRealtime()
	}
}

// Sound reports whether a wake can be done as a whole: neither the waker, nor the header of its
// task, nor the end of the queue it goes to was overwritten. Any level; what it finds holds as
// long as interrupts are masked.
//
//go:nosplit
func (w Waker) Sound() bool {
	return isFakeTask(w) || w.header != 0 && w.aligned() && headerAt(w.header).sound()
}

//go:nosplit
func (w Waker) aligned() bool { return w.header%unsafe.Alignof(Header{}) == 0 }

//go:nosplit
func (h *Header) sound() bool { return h.runQueue().sound() }

// check stops a caller that uses a waker that was overwritten, before interrupts are masked: a panic
// at thread level must not leave them so.
//
//go:nosplit
func (w Waker) check() {
	if h := w.task(); !isFakeTask(w) && !h.sound() {
		misuse("task: the header of a task was overwritten")
	}
}

// Cancel makes the task end with [ErrCancelled] instead of being polled again, and
// reports whether this call did that. A task that is being polled ends when that poll
// returns: with ErrCancelled if it is Pending, with [ErrCancelledLate] and its output
// if it is Ready. Cancel returns false for a completed task; if that has not been joined
// its joiner gets the output with ErrCancelledLate. Any level.
//
//go:nosplit
func (w Waker) Cancel() bool {
	if w.header == 0 {
		return false
	}
	w.check()
	saved := platform.MaskInterrupts()
	done, enter := w.cancelWithin()
	platform.RestoreInterrupts(saved)
	if enter {
		platform.EnterRealtime()
	}
	return done
}

// cancelWithin is Cancel in its section; see [Waker.WakeWithin].
//
//go:nosplit
func (w Waker) cancelWithin() (done, enter bool) {
	h := headerAt(w.header)
	done, enqueue := h.cancel(w.key)
	if done {
		traceCancel(h)
	}
	if enqueue {
		h.reason = ByWaker
		enter = h.exec.enqueue(h)
	}
	return done, enter
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
	if !w.aligned() {
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

// misuse stops a caller that broke a rule of this package. At thread level, inside a poll, that
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
