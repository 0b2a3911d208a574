package tasksync

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// waiters is the core of the package: the waits for an object, in order, and the permits there are
// to be granted. It is used within the critical section of the object it belongs to, which
// is its own lock's unless it is the second of a pair.
//
//	free   permits that are free, less those that the object began with: 0 is as at
//	       the start, for every kind, so that all are ready when zero
//	list   the waits, none of which can be served, or they are about to be: see step.go
//
// A wait asks for need permits, which are there if free is at least its floor: need less
// the permits that the object began with.
//
//	kind                 permits at the start   a wait asks for
//	----                 --------------------   ---------------
//	wait cell and queue  0, at most 1 kept      1
//	mutex                1                      1
//	reader-writer lock   maxReaders             1 to read, all to write
//	semaphore            0                      n
//	ring, to take        0                      1
//	ring, to put         its places             1
//	watch                0, one more a value    0, when there are more than it has seen
//	barrier              0, one more a party    0, when all have come
//	flags, map           0                      1, which is never there: served otherwise
type waiters struct {
	lock   critical.Section
	free   int32
	list   list.Head
	pair   uintptr // *waiters, the other half of a ring; 0 for none
	turn   uint32  // counts wake-alls and looks at flags; a wait has that of when it came
	listed uint32  // waits in the list
	old    uint32  // of these, at its head, those of earlier turns
	second bool    // the lock of the pair counts in place of its own
	closed bool
}

//go:nosplit
func (q *waiters) addr() uintptr { return uintptr(unsafe.Pointer(q)) }

//go:nosplit
func waitersAt(a uintptr) *waiters { return *(**waiters)(unsafe.Pointer(&a)) }

// section is the critical section that it is used in. Who knows it passes it along.
//
//go:nosplit
func (q *waiters) section() *critical.Section {
	if q.second {
		return &waitersAt(q.pair).lock
	}
	return &q.lock
}

// waitAt returns the wait that a place in a list is of.
//
//go:nosplit
func waitAt(l *list.Link) *Wait {
	return (*Wait)(unsafe.Add(unsafe.Pointer(l), -int(unsafe.Offsetof(Wait{}.link))))
}

// has reports whether a wait that comes now is granted it at once.
//
//go:nosplit
func (q *waiters) has(floor int32) bool { return q.free-floor >= 0 && q.list.Empty() }

// begin begins a wait and ends the section. If it is granted at once the wait is then in
// the state that at says: idle, held, or granted to be ended by another poll.
//
// What can fault comes first: the wait's own memory, and the list of its task's waits.
func (q *waiters) begin(lock *critical.Section, saved uintptr, cx *task.Context, w *Wait, a ask, at uint32) Result {
	r := Ready
	switch {
	case q.closed:
		lock.Leave(saved)
		return Closed
	case q.has(a.floor):
		if at == idle {
			q.free -= a.need
			lock.Leave(saved)
			return r
		}
	case a.flags&alone != 0 && !q.list.Empty():
		lock.Leave(saved)
		return Busy
	case !q.list.SoundEnd():
		lock.Leave(saved)
		misuse(overwritten)
	default:
		r, at = Pending, waiting
	}
	w.of, w.ask, w.turn = q.addr(), a, q.turn
	keep := w.open.OpenWithin((*raw.Context)(cx), undo, unsafe.Pointer(q)) // it is no task's, so this does not refuse it within the section
	if at == waiting {
		q.list.PushBack(&w.link)
		q.listed++
		if a.flags&keyed != 0 {
			mapLinkAt(w).add()
		}
	} else {
		q.free -= a.need
	}
	w.state.StoreRelease(at)
	lock.Leave(saved)
	if keep {
		w.open.Keep((*raw.Context)(cx), unsafe.Pointer(q))
	}
	return r
}

// unlist takes a wait off the list, or does nothing and says no: something that takes part in
// that was overwritten. In the section.
//
//go:nosplit
func (q *waiters) unlist(w *Wait) (ok bool) {
	if w.flags&keyed != 0 && !(q.list.Sound(&w.link) && mapLinkAt(w).remove()) || !q.list.Remove(&w.link) {
		return false
	}
	q.listed--
	if w.turn != q.turn {
		q.old--
	}
	return true
}

// give adds n permits, serves those that wait for them, and ends the section.
//
//go:nosplit
func (q *waiters) give(lock *critical.Section, saved uintptr, n int32, f askFlags) {
	q.free += n
	q.serve(lock, saved, f)
}

// close refuses all that wait, and all that will. Again it does nothing.
//
//go:nosplit
func (q *waiters) close(lock *critical.Section) {
	saved := lock.Enter()
	q.shut()
	q.serve(lock, saved, 0)
}

// shut closes it, in the section: who waits is of an earlier turn from now on, whom the next
// steps serve.
//
//go:nosplit
func (q *waiters) shut() {
	q.closed = true
	q.anew()
}

//go:nosplit
func (q *waiters) isClosed(lock *critical.Section) bool {
	saved := lock.Enter()
	closed := q.closed
	lock.Leave(saved)
	return closed
}

// try takes what a wait would be granted at once.
//
//go:nosplit
func (q *waiters) try(lock *critical.Section, a ask) Result {
	saved := lock.Enter()
	r := q.take(a)
	lock.Leave(saved)
	return r
}

// take is try in the section.
//
//go:nosplit
func (q *waiters) take(a ask) Result {
	r := q.can(a)
	if r == Ready {
		q.free -= a.need
	}
	return r
}

// can says what take will say, and takes nothing: for a caller that must first do what can fault.
//
//go:nosplit
func (q *waiters) can(a ask) Result {
	switch {
	case q.closed:
		return Closed
	case q.has(a.floor):
		return Ready
	}
	return Busy
}
