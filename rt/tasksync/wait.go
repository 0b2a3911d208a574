package tasksync

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Wait is the storage for one wait of a task on any object of this package: a package
// variable, a field of what the poll function works with, or at thread level any variable.
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
	open  raw.Wait // first
	link  list.Link
	of    uintptr // *waiters
	state atom.Uint32
	turn  uint32 // see waiters
	ask
}

// ask is what a wait wants.
type ask struct {
	need  int32 // permits; once granted, those that were
	floor int32 // of waiters.free, from which on it can be granted; free wraps
	flags askFlags
}

type askFlags uint32

const (
	once  askFlags = 1 << iota // no more than one permit is kept when no task waits
	alone                      // refused as Busy if a task waits already
	party                      // has added a permit, and takes it along if it gives up
	keyed                      // in a list of its key as well, see WaitMap
)

const (
	idle    uint32 = iota
	waiting        // in the list
	granted        // something is the wait's; its task has not seen it
	refused        // the object was closed
	held           // what was granted is the task's until it gives it back
)

// Cancel ends the wait, whatever it is for: one that waits leaves the list, what was
// granted and not taken goes to the next, and what is held (a lock, permits) is given back.
// Nothing happens if it is idle. From a poll of its task; both levels.
//
//go:nosplit
func (w *Wait) Cancel() {
	if w.state.Load() == idle {
		return
	}
	q := waitersAt(w.of)
	lock := q.section()
	saved := lock.Enter()
	ok := w.takeBack(q)
	q.serve(lock, saved, w.flags)
	if !ok {
		misuse(overwritten)
	}
	w.open.Close()
}

// The open wait of the task is closed when the section has ended: its list is not changed with
// interrupts masked, see [raw.Wait]. A poll that is ended in between leaves a wait open that is
// idle, so there is nothing to take back.

// Waiting reports whether the wait is under way, or holds something. From a poll of its
// task; both levels.
//
//go:nosplit
func (w *Wait) Waiting() bool { return w.state.Load() != idle }

// Poll is Ready when the operation that the wait was begun with need not wait any longer, which then
// says what it says when it is called again; and of a wait that is idle. Until then the task is woken
// when it is worth another poll. It is what package coro's Await and a select of different things
// poll. From a poll of its task; both levels.
//
//	if q.Wait(cx, &w) == tasksync.Pending { c.Await(&w) }
//	r := q.Wait(cx, &w)
func (w *Wait) Poll(cx *task.Context) task.Poll {
	if w.state.Load() != idle && w.poll(waitersAt(w.of), cx) == Pending {
		return task.Pending
	}
	return task.Ready
}

// undo is [Wait.Cancel] at the end of the task, which closes it. A wait that was overwritten
// stays in its list, where the next operation on it finds that; the executor, which is here, goes on.
var undo = raw.MustUndo(undoWait)

//tamagotake:undo
//go:nosplit
func undoWait(t *raw.Wait) {
	w := (*Wait)(unsafe.Pointer(t))
	if w.state.Load() == idle {
		return
	}
	q := waitersAt(w.of)
	lock := q.section()
	saved := lock.Enter()
	w.takeBack(q)
	q.serveAll(lock, saved, w.flags)
}

// takeBack makes the wait idle and gives back what it has, or does nothing and says that it was
// overwritten. In the section.
//
//go:nosplit
func (w *Wait) takeBack(q *waiters) (ok bool) {
	switch w.state.Load() {
	case waiting:
		if !q.unlist(w) {
			return false
		}
		if w.flags&party != 0 && q.free-w.floor < 0 {
			q.free--
		}
	case granted, held:
		if w.flags&events != 0 {
			q.giveFlags(uint32(w.need), w.flags)
		} else {
			q.free += w.need
		}
	}
	w.state.StoreRelease(idle)
	return true
}

// begun reports whether a wait was begun, and what the next poll will say of it.
func (w *Wait) begun(q *waiters, cx *task.Context) (r Result, begun bool) {
	s := w.state.Load()
	if s == idle {
		return Pending, false
	}
	if w.of != q.addr() || task.Waker(w.open.Waker()) != cx.Waker() {
		misuse("tasksync: this Wait is in use, for another object or by another task")
	}
	switch s {
	case waiting:
		return Pending, true
	case refused:
		return Closed, true
	}
	return Ready, true
}

// end is the poll of a wait that was begun. at is held if what is granted is to be.
func (w *Wait) end(q *waiters, cx *task.Context, at uint32) Result {
	r := w.poll(q, cx)
	if r == Pending {
		return r
	}
	if r != Ready {
		at = idle
	}
	if at == held && w.state.Load() == held {
		return r // again
	}
	lock := q.section()
	q.leave(lock, lock.Enter(), w, at)
	return r
}

// poll says how a wait that was begun stands. What is wrong is found here, with interrupts
// enabled: a panic at thread level would leave them masked.
func (w *Wait) poll(q *waiters, cx *task.Context) Result {
	r, _ := w.begun(q, cx)
	if r == Pending && w.flags&events != 0 {
		lock := q.section()
		q.serve(lock, lock.Enter(), 0) // it may have been woken to look on, see look
		r, _ = w.begun(q, cx)
	}
	return r
}

// leave makes a wait that was served idle, or held, passes the baton on, and ends the section.
//
//go:nosplit
func (q *waiters) leave(lock *critical.Section, saved uintptr, w *Wait, at uint32) {
	w.state.StoreRelease(at)
	did := q.step()
	q.keepOne(w.flags)
	lock.Leave(saved)
	if at == idle {
		w.open.Close()
	}
	did.after()
}
