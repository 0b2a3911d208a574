package sync

import (
	"unsafe"

	"tamagotake/internal/atom"
	"tamagotake/internal/critical"
	"tamagotake/internal/list"
	"tamagotake/rt/task"
)

// Wait is the storage for one wait of a task on any object of this package: a package
// variable, a field of what the poll function works with, or a variable that it captures.
// The zero value is ready, and it can be used again and again, for one wait at a time.
//
//	             nothing there              granted             polled
//	idle ----------------------> waiting ------------> granted --------> idle, or held
//	 ^                              |                     |                    |
//	 +-------- Cancel, or the end of the task: given back, to the next <-------+
//
// A wait that is not idle is open (see [task.Wait]): its task cannot end and leave
// something behind.
type Wait struct {
	open  task.Wait // first
	link  list.Link
	lock  uintptr // *critical.Section, of the object
	of    uintptr // *waiters
	state atom.Uint32
	ask
	got  int32  // permits that were granted
	turn uint32 // see waiters
}

// ask is what a wait wants: at least this many permits there, and so many taken.
type ask struct {
	need  int32 // permits
	floor int32 // of waiters.free, from which on it can be granted
	most  int32 // that waiters.free may be after a grant was given back
}

const (
	idle    uint32 = iota
	waiting        // in the list
	granted        // something is the wait's; its task has not seen it
	refused        // the object was closed
	held           // what was granted is the task's until it gives it back
)

func (w *Wait) waitersAt() *waiters {
	return *(**waiters)(unsafe.Pointer(&w.of))
}

// Cancel ends the wait, whatever it is for: one that waits leaves the list, what was
// granted and not taken goes to the next, and what is held (a lock, permits) is given back.
// Nothing happens if it is idle. From a poll of its task; both levels.
//
//go:nosplit
func (w *Wait) Cancel() {
	if w.state.Load() != idle {
		w.open.Close()
		w.takeBack()
	}
}

// Waiting reports whether the wait is under way, or holds something. From a poll of its
// task; both levels.
//
//go:nosplit
func (w *Wait) Waiting() bool { return w.state.Load() != idle }

// undo is [Wait.Cancel] at the end of the task.
//
//tamagotake:undo
//go:nosplit
func undo(t *task.Wait) { (*Wait)(unsafe.Pointer(t)).takeBack() }

//go:nosplit
func (w *Wait) takeBack() {
	q := w.waitersAt()
	lock := *(**critical.Section)(unsafe.Pointer(&w.lock))
	back := int32(0)
	saved := lock.Enter()
	switch w.state.Load() {
	case waiting:
		q.list.Remove(&w.link)
	case granted, held:
		back = w.got
		q.untaken = false
	}
	w.state.StoreRelease(idle)
	q.give(lock, saved, back, w.most)
}

// look returns the state, and refuses a wait that is another's.
func (w *Wait) look(q *waiters, cx *task.Context) uint32 {
	s := w.state.Load()
	if s != idle && (w.of != q.addr() || w.open.Waker() != cx.Waker()) {
		misuse("sync: a wait is in use, for another object or by another task")
	}
	return s
}

// begun reports whether a wait was begun, and what the next poll will say of it.
func (w *Wait) begun(q *waiters, cx *task.Context) (r Result, begun bool) {
	switch w.look(q, cx) {
	case idle:
		return Pending, false
	case waiting:
		return Pending, true
	case refused:
		return Closed, true
	}
	return Ready, true
}

// poll goes on with a wait, if it was begun. keep says that what is granted is held.
func (w *Wait) poll(q *waiters, cx *task.Context, keep bool) (r Result, begun bool) {
	if r, begun = w.begun(q, cx); r == Pending {
		return r, begun
	}
	if keep && r == Ready {
		w.state.StoreRelease(held)
		return r, true
	}
	w.state.StoreRelease(idle)
	w.open.Close()
	return r, true
}
