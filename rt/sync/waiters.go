package sync

import (
	"unsafe"

	"tamagotake/internal/critical"
	"tamagotake/internal/list"
	"tamagotake/rt/task"
)

// waiters is the core of the package: who waits for an object, in order, and what there is
// to be granted. It is used within the critical section of the object it belongs to, which
// is its own lock's unless it is one of two: see under.
//
//	free   permits that nobody has, less those that the object began with: 0 is as at
//	       the start, for every kind, so that all are ready when zero
//	list   the waits, none of which can be granted what it asks for, or they are about to
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
//
// Each step of giving and of waking all is a section of its own, after which the waker is
// used: a section is as long with a thousand waits as with one.
type waiters struct {
	lock   critical.Section
	free   int32
	list   list.Head
	under  uintptr // *waiters, whose lock counts in place of its own; 0 for none
	turn   uint32  // counts wake-alls; later waits have a later one, so the list is sorted by it
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
	if q.under != 0 {
		return &waitersAt(q.under).lock
	}
	return &q.lock
}

// waitAt returns the wait that a place in a list is of.
//
//go:nosplit
func waitAt(l *list.Link) *Wait {
	return (*Wait)(unsafe.Add(unsafe.Pointer(l), -int(unsafe.Offsetof(Wait{}.link))))
}

// first returns the first wait if it can be granted what it asks for.
//
//go:nosplit
func (q *waiters) first() *Wait {
	l := q.list.First()
	if l == nil {
		return nil
	}
	w := waitAt(l)
	if q.free-w.floor < 0 {
		return nil
	}
	return w
}

// has reports whether a wait that comes now is granted it at once.
//
//go:nosplit
func (q *waiters) has(floor int32) bool { return q.free-floor >= 0 && q.list.Empty() }

// begin begins a wait and ends the section. If it is granted at once the wait is then in
// the state that at says: idle, held, or granted to be ended by another poll.
func (q *waiters) begin(lock *critical.Section, saved uintptr, cx *task.Context, w *Wait, a ask, at uint32) Result {
	r := Ready
	switch {
	case q.closed:
		lock.Leave(saved)
		return Closed
	case q.has(a.floor):
		q.free -= a.need
		if at == idle {
			lock.Leave(saved)
			return r
		}
	case a.flags&alone != 0 && !q.list.Empty():
		lock.Leave(saved)
		return Busy
	default:
		r, at = Pending, waiting
		q.list.PushBack(&w.link)
	}
	w.of, w.ask, w.turn = q.addr(), a, q.turn
	w.state.StoreRelease(at)
	w.open.Open(cx, undo) // it is nobody's, so this does not refuse it within the section
	lock.Leave(saved)
	return r
}

// pop takes a wait out of the list and says whom to wake when the section has ended.
//
//go:nosplit
func (q *waiters) pop(w *Wait, to uint32) task.Waker {
	q.list.Remove(&w.link)
	k := w.open.Waker()
	w.state.StoreRelease(to)
	return k
}

// give adds n permits, grants what can be granted, and ends the section.
//
//go:nosplit
func (q *waiters) give(lock *critical.Section, saved uintptr, n int32, f askFlags) (woke bool) {
	q.free += n
	for w := q.first(); w != nil; {
		q.free -= w.need
		k := q.pop(w, granted)
		last := q.first() == nil
		lock.Leave(saved)
		k.Wake()
		if woke = true; last {
			return true
		}
		saved = lock.Enter()
		w = q.first() // it may have gone
	}
	if f&once != 0 && q.free > 1 {
		q.free = 1
	}
	lock.Leave(saved)
	return woke
}

// all makes every wait that is there now one that was granted nothing, or was refused, and
// ends the section. Those that come while they are woken stay.
//
//go:nosplit
func (q *waiters) all(lock *critical.Section, saved uintptr, to uint32) (n int) {
	until := q.turn
	q.turn++
	for {
		l := q.list.First()
		if l == nil {
			break
		}
		w := waitAt(l)
		if int32(w.turn-until) > 0 {
			break
		}
		w.need = 0
		k := q.pop(w, to)
		lock.Leave(saved)
		k.Wake()
		n++
		saved = lock.Enter()
	}
	lock.Leave(saved)
	return n
}

// close refuses all that wait, and all that will. Again it does nothing.
//
//go:nosplit
func (q *waiters) close(lock *critical.Section) {
	saved := lock.Enter()
	if q.closed {
		lock.Leave(saved)
		return
	}
	q.closed = true
	q.all(lock, saved, refused)
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
	switch {
	case q.closed:
		return Closed
	case q.has(a.floor):
		q.free -= a.need
		return Ready
	}
	return Busy
}
