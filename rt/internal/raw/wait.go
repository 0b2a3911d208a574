package raw

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// Wait is one thing that a task waits for: a place in a wait queue, in the timer wheel. It
// is the first field of what that structure keeps of the task, and belongs to the task from
// [Wait.Open] to [Wait.Close].
//
//	Base.waits --> [Wait] <-> [Wait] --> nil     the task's own list
//	                 |
//	                 undo: take it out of that structure, pass on what it was given
//
// A task can end with waits open: cancelled, by a fault, or by what it awaited beside them.
// Go has no destructors, so the executor takes them back, whatever the end, before the
// result can be seen. So an open wait is always that of a live task, and what was given to it
// and not taken goes to the next.
//
// # The collector
//
// What a task waits for knows its waits by address. So the list of a task's open waits keeps
// them, and what they wait for, from the collector: an open wait may be a variable of the poll
// function. At thread level the list is stored with the write barrier, by keep.
//
// At real-time level there are no write barriers: the same words are stored as addresses. What they
// keep, and was reachable by another way when it was stored, the collector does not free: it finds it
// there, or, while it marks, by the barrier of the store that takes that other way away. What was reachable by
// the list alone it can miss, if the list changes while it marks. So at real-time level a wait is a
// package variable or a field of the task's state, and not one of the poll function.
//
// A write barrier may take long while the collector marks. So at thread level the list is not
// changed with interrupts masked, which nothing asks for there: a poll of thread level is not
// ended from outside.
type Wait struct {
	waker      Waker
	undo       Undo
	next, prev unsafe.Pointer // *Wait, of the same task
	object     unsafe.Pointer // what it waits for, or itself; nil while in no list
}

// Open makes the wait one of the task that is being polled. undo is called if the task ends
// before [Wait.Close]. A wait that is open already stays so; one of another task is refused.
// From a poll, at thread level with interrupts enabled; both levels.
//
//go:nosplit
func (w *Wait) Open(cx *Context, undo Undo) {
	if w.OpenWithin(cx, undo, unsafe.Pointer(w)) {
		w.Keep(cx, unsafe.Pointer(w))
	}
}

// OpenWithin is [Wait.Open] for a caller that has masked interrupts, of a wait for object, which is
// kept from the collector as well. If it says so, the caller calls [Wait.Keep] when it has restored
// them, and before anything else.
//
//go:nosplit
func (w *Wait) OpenWithin(cx *Context, undo Undo, object unsafe.Pointer) (keep bool) {
	if w.waker.header != 0 {
		if w.waker != cx.Waker() {
			misuse("task: this Wait is open, for another task")
		}
		return false
	}
	if undo == (Undo{}) {
		misuse("task: a Wait is opened with the zero Undo")
	}
	h := headerAt(cx.header)
	if !h.exec.realtime {
		w.waker, w.undo = h.waker(), undo
		return true
	}
	saved := platform.MaskInterrupts() // a poll can be ended where they are not: all of it, or nothing
	h.base().link(w, object)
	w.waker, w.undo = h.waker(), undo
	platform.RestoreInterrupts(saved)
	return false
}

// Keep is the second half of an Open: at thread level, from now on the task keeps the wait and
// the object that it waits for from the collector. From the same poll, when [Wait.OpenWithin]
// has said so; thread level.
//
//go:nosplit
func (w *Wait) Keep(cx *Context, object unsafe.Pointer) {
	keep(headerAt(cx.header).base(), w, object)
}

// Close ends the wait. Nothing happens if it is not open. From a poll of its task, at
// thread level with interrupts enabled; both levels.
//
//go:nosplit
func (w *Wait) Close() {
	if w.waker.header == 0 {
		return
	}
	h := w.waker.task()
	if !h.exec.realtime {
		keep(h.base(), w, nil)
		w.waker = Waker{}
	} else if !h.base().drop(w) {
		misuse(waitOverwritten)
	}
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

// takeBack closes what a task has left open at its end. If it comes upon a wait that was
// overwritten it leaves the rest: the executor, which is here, goes on.
//
//go:nosplit
func (b *Base) takeBack() {
	for b.waits != nil {
		w := (*Wait)(b.waits)
		w.undo.call(w) // until then, others may look at its waker
		if !b.exec.realtime {
			keep(b, w, nil)
			w.waker = Waker{}
		} else if !b.drop(w) {
			store(&b.waits, nil)
		}
	}
}

// drop closes a wait of a real-time task, or does nothing and says no: something that takes part in
// that was overwritten.
//
//go:nosplit
func (b *Base) drop(w *Wait) (ok bool) {
	saved := platform.MaskInterrupts()
	if ok = b.unlink(w); ok {
		w.waker = Waker{}
	}
	platform.RestoreInterrupts(saved)
	return ok
}

// keep puts a wait into the list of its task's, or takes it out if object is nil, with the
// collector's write barrier. It is the only function with one that code of real-time level
// reaches, and boot/verify allows it by this name: the first thing that it does is to look at
// which level it runs.
//
//go:noinline
//go:nosplit
func keep(b *Base, w *Wait, object unsafe.Pointer) {
	if !platform.AtThreadLevel() {
		misuse("task: a thread task waits at real-time level")
	}
	if object != nil {
		first := (*Wait)(b.waits)
		w.object, w.next, b.waits = object, unsafe.Pointer(first), unsafe.Pointer(w)
		if first != nil {
			first.prev = unsafe.Pointer(w)
		}
		return
	}
	before, behind := w.prev, w.next
	if before == nil {
		w.object, w.next, b.waits = nil, nil, behind
	} else {
		w.object, w.next, w.prev, (*Wait)(before).next = nil, nil, nil, behind
	}
	if behind != nil {
		(*Wait)(behind).prev = before
	}
}

// link is that of real-time level, without the barrier. What it reads, it has read before it
// changes anything: a word that was overwritten faults there, or is found.
//
//go:nosplit
func (b *Base) link(w *Wait, object unsafe.Pointer) {
	first := (*Wait)(b.waits)
	if first != nil && first.prev != nil {
		misuse(waitOverwritten)
	}
	store(&w.object, object)
	store(&w.next, b.waits)
	store(&w.prev, nil)
	if first != nil {
		store(&first.prev, unsafe.Pointer(w))
	}
	store(&b.waits, unsafe.Pointer(w))
}

//go:nosplit
func (b *Base) unlink(w *Wait) (ok bool) {
	before, behind := &b.waits, (*Wait)(w.next)
	if w.prev != nil {
		before = &(*Wait)(w.prev).next
	}
	if *before != unsafe.Pointer(w) || behind != nil && behind.prev != unsafe.Pointer(w) {
		return false
	}
	store(before, w.next)
	if behind != nil {
		store(&behind.prev, w.prev)
	}
	store(&w.object, nil)
	store(&w.next, nil)
	store(&w.prev, nil)
	return true
}

const waitOverwritten = "task: an open wait was overwritten"

// store stores an address, as a word that is none to the collector's write barrier.
//
//go:nosplit
func store(at *unsafe.Pointer, p unsafe.Pointer) { *(*uintptr)(unsafe.Pointer(at)) = uintptr(p) }
