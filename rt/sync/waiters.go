package sync

import (
	"unsafe"

	"tamagotake/internal/critical"
	"tamagotake/internal/list"
	"tamagotake/rt/task"
)

// waiters is the core of the package: who waits for an object, in order, and what there is
// to be granted. It is used within the critical section of the object it belongs to, which
// is passed along, since a channel has two of them under one.
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
//	wait cell and queue  0, at most 1           1
//	mutex                1                      1
//	reader-writer lock   maxReaders             1 to read, all to write
//	semaphore            as Init says           n
//	ring, to receive     0                      1
//	ring, to send        its places             1
//
// Each step of giving and of waking all is a section of its own, after which the waker is
// used: a section is as long with a thousand waits as with one.
type waiters struct {
	list    list.Head
	free    int32
	turn    uint32 // counts wake-alls; later waits have a later one, so the list is sorted by it
	closed  bool
	untaken bool // of a wait cell: the last wake-up was granted and not seen
}

//go:nosplit
func (q *waiters) addr() uintptr { return uintptr(unsafe.Pointer(q)) }

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
	if q.free < w.floor {
		return nil
	}
	return w
}

// has reports whether a wait that comes now is granted it at once.
//
//go:nosplit
func (q *waiters) has(floor int32) bool { return q.free >= floor && q.list.Empty() }

// wait is one poll: it goes on with the wait, or begins it. keep says that what is granted
// is held.
func (q *waiters) wait(lock *critical.Section, cx *task.Context, w *Wait, a ask, keep bool) Result {
	if r, begun := w.poll(q, cx, keep); begun {
		return r
	}
	at := idle
	if keep {
		at = held
	}
	return q.begin(lock, lock.Enter(), cx, w, a, at)
}

// begin begins a wait and ends the section. If it is granted at once the wait is then in
// the state that at says.
func (q *waiters) begin(lock *critical.Section, saved uintptr, cx *task.Context, w *Wait, a ask, at uint32) Result {
	if q.closed {
		lock.Leave(saved)
		return Closed
	}
	r := Ready
	if q.has(a.floor) {
		q.free -= a.need
	} else {
		r, at = Pending, waiting
		q.list.PushBack(&w.link)
	}
	if at != idle {
		// It is nobody's, so this does not refuse it within the section.
		w.open.Open(cx, undo)
		w.lock, w.of = uintptr(unsafe.Pointer(lock)), q.addr()
		w.ask, w.got, w.turn = a, a.need, q.turn
		w.state.StoreRelease(at)
		q.untaken = at == granted
	}
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

// give adds n permits, up to most, grants what can be granted, and ends the section.
//
//go:nosplit
func (q *waiters) give(lock *critical.Section, saved uintptr, n, most int32) (woke bool) {
	if n > 0 {
		q.free = min(q.free+n, most)
	}
	for w := q.first(); w != nil; {
		q.free -= w.need
		k := q.pop(w, granted)
		w = q.first()
		lock.Leave(saved)
		k.Wake()
		if woke = true; w == nil {
			return true
		}
		saved = lock.Enter()
		w = q.first() // it may have gone
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
		w.got = 0
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
	r := Busy
	switch {
	case q.closed:
		r = Closed
	case q.has(a.floor):
		q.free -= a.need
		r = Ready
	}
	lock.Leave(saved)
	return r
}
