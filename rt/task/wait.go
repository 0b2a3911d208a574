package task

import (
	"unsafe"

	"tamagotake/hal"
)

// Wait is one thing that a task waits for: a place in a wait queue, in the timer wheel. It
// is the first field of what that structure keeps of the task, and belongs to the task from
// [Wait.Open] to [Wait.Close].
//
//	Base.waits --> [Wait] <-> [Wait] --> 0     the task's, nobody else looks
//	                 |
//	                 undo: take it out of that structure, pass on what it was given
//
// A task can end with waits open: cancelled, by a fault, or by what it awaited beside them.
// Go has no destructors, so the executor takes them back, whatever the end, before the
// result can be seen. So an open wait is always that of a live task, whose poll function
// keeps it from the collector, and what was given to it and not taken goes to the next.
type Wait struct {
	waker      Waker
	undo       Undo
	next, prev uintptr // of the same task
}

// Open makes the wait one of the task that is being polled. undo is called if the task ends
// before [Wait.Close]. A wait that is open already stays so; one of another task is refused.
// From a poll; both levels.
//
//go:nosplit
func (w *Wait) Open(cx *Context, undo Undo) {
	if w.waker.header != 0 {
		fixed(uintptr(unsafe.Pointer(w))) // here or anywhere: it is for the compiler
		if w.waker != cx.Waker() {
			misuse("task: a wait that is open is another task's")
		}
		return
	}
	if undo == (Undo{}) {
		misuse("task: a wait is opened with the zero Undo")
	}
	saved := hal.MaskInterrupts() // a poll can be ended where they are not: all of it, or nothing
	w.waker = cx.Waker()
	w.undo = undo
	b := headerAt(cx.header).base()
	w.prev, w.next = 0, b.waits
	if w.next != 0 {
		waitAt(w.next).prev = uintptr(unsafe.Pointer(w))
	}
	b.waits = uintptr(unsafe.Pointer(w))
	hal.RestoreInterrupts(saved)
}

// Close makes the wait nobody's. Nothing happens if it is not open. From a poll of its task;
// both levels.
//
//go:nosplit
func (w *Wait) Close() {
	if w.waker.header == 0 {
		return
	}
	saved := hal.MaskInterrupts()
	if w.prev == 0 {
		headerAt(w.waker.header).base().waits = w.next
	} else {
		waitAt(w.prev).next = w.next
	}
	if w.next != 0 {
		waitAt(w.next).prev = w.prev
	}
	w.waker = Waker{}
	hal.RestoreInterrupts(saved)
}

// IsOpen reports whether the wait belongs to a task. From a poll of that task.
//
//go:nosplit
func (w *Wait) IsOpen() bool { return w.waker.header != 0 }

// Waker returns the waker of the task that the wait belongs to: what to wake when that
// which it waits for has come.
//
//go:nosplit
func (w *Wait) Waker() Waker { return w.waker }

// takeBack closes what a task has left open at its end.
//
//go:nosplit
func (b *Base) takeBack() {
	for b.waits != 0 {
		w := waitAt(b.waits)
		w.undo.call(w) // until then, others may look at its waker
		w.Close()
	}
}

//go:nosplit
func waitAt(a uintptr) *Wait { return *(**Wait)(unsafe.Pointer(&a)) }

// fixed does nothing, but the compiler puts what it is given the address of where it does
// not move: on the heap, if it was declared in a function. At real-time level boot/verify
// finds that.
//
//go:uintptrescapes
//go:nosplit
func fixed(uintptr) {}
