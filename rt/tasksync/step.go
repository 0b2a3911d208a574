package tasksync

import (
	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// How waits are served, one in a section, so that a section is as long with a thousand waits
// as with one, and so that a giver that is ended between two sections loses nothing. A
// real-time poll is ended by its budget wherever interrupts are enabled.
//
//	pending   a wait can be served: the first of the list is of an earlier turn, or asks for no
//	          more than there is. A close, a wake of all and flags that are set begin a turn
//	step      serves the first: takes it off, makes it granted or refused, and wakes its
//	          task, all in this section
//
// The invariant, at the end of each section: nothing is pending, or there is a wait that has
// been served and not ended. The end of such a wait, by a poll, by Cancel or with its task,
// does one step in its own section: it has the baton.
//
//	giver   {free += 3, step: A} {step: B}  ended
//	A                                        {end, step: C}
//
// It holds since what makes something pending, which is permits, a close, a wake of all, flags
// that are set, and a wait that leaves the list, does a step in the same section. A giver that
// is not ended goes on itself, so the baton is of use only after one that was.
//
// Rejected: a note of the giver, for the executor to finish when it ends the poll. It
// needs one for each processor, and a giver below is interrupted while it gives.

// served is what a step has done.
type served uint8

const (
	enter  served = 1 << iota // for a real-time task: its executor is to be entered
	more                      // something is pending still
	broken                    // nothing, since what it would change was overwritten
)

const overwritten = "tasksync: a Wait, or its task, was overwritten"

// serve does steps until nothing is pending, a section for each, and ends the first. If it
// comes upon what was overwritten it stops there, and so does the caller's task.
//
//go:nosplit
func (q *waiters) serve(lock *critical.Section, saved uintptr, f askFlags) {
	if q.serveAll(lock, saved, f)&broken != 0 {
		misuse(overwritten)
	}
}

//go:nosplit
func (q *waiters) serveAll(lock *critical.Section, saved uintptr, f askFlags) (did served) {
	for {
		did = q.step()
		q.keepOne(f)
		lock.Leave(saved)
		did.ring()
		if did&more == 0 {
			return did
		}
		saved = lock.Enter()
	}
}

// keepOne drops the wake-ups beyond one of an object that keeps no more when no task waits.
//
//go:nosplit
func (q *waiters) keepOne(f askFlags) {
	if f&once != 0 && q.free > 1 && q.list.Empty() {
		q.free = 1
	}
}

// after does what a step leaves until its section has ended.
//
//go:nosplit
func (did served) after() {
	did.ring()
	if did&broken != 0 {
		misuse(overwritten)
	}
}

//go:nosplit
func (did served) ring() {
	if did&enter != 0 {
		platform.EnterRealtime()
	}
}

// pending reports whether the first wait of the list can be served.
//
//go:nosplit
func (q *waiters) pending() bool {
	return q.old != 0 || !q.list.Empty() && q.free-waitAt(q.list.First()).floor >= 0
}

// step serves at most one wait, of either half of a pair. In the section.
//
//go:nosplit
func (q *waiters) step() (did served) {
	if !q.pending() {
		if q.pair == 0 {
			return 0
		}
		if q = waitersAt(q.pair); !q.pending() {
			return 0
		}
	}
	w := waitAt(q.list.First())
	to, need, take := granted, w.need, int32(0)
	switch {
	case q.closed:
		to = refused
	case q.old == 0:
		take = need
	case w.flags&events != 0:
		return q.look()
	default: // a wake of all, which gives nothing
		need = 0
	}
	if did = q.off(w, to, need); did&broken == 0 {
		q.free -= take
		did |= q.rest()
	}
	return did
}

// off takes a wait off the list, as one that was granted so much, or refused, and wakes its
// task; or it does nothing, and says broken. In the section.
//
//go:nosplit
func (q *waiters) off(w *Wait, to uint32, need int32) (did served) {
	k := w.open.Waker()
	if !k.Sound() || !q.unlist(w) {
		return broken
	}
	w.need = need
	w.state.Store(to) // a fence: the wake may find the task woken already, and only look
	return wakeWithin(k)
}

//go:nosplit
func wakeWithin(k raw.Waker) (did served) {
	if k.WakeWithin() {
		return enter
	}
	return 0
}

// rest says more if something is pending.
//
//go:nosplit
func (q *waiters) rest() served {
	if q.pending() || q.pair != 0 && waitersAt(q.pair).pending() {
		return more
	}
	return 0
}

// all makes every wait that is there now one of an earlier turn, which is granted nothing, and
// ends the section. Those that come while they are woken stay. It says how many waits there
// were.
//
//go:nosplit
func (q *waiters) all(lock *critical.Section, saved uintptr) (n int) {
	n = int(q.listed - q.old)
	q.anew()
	q.serve(lock, saved, 0)
	return n
}

// anew begins a turn.
//
//go:nosplit
func (q *waiters) anew() {
	q.turn++
	q.old = q.listed
}
