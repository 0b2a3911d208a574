package sync

import (
	"math"

	"tamagotake/internal/critical"
)

// ring is what channel and pipe have in common: places that are put into at head and taken
// from at tail, and who waits for either. A place and what is in one are permits, so that
// what was granted to a wait stays there until it is polled.
//
//	     tail                 head
//	      |                    |
//	[    ][ item ][ item ][ item ][    ]
//	       used places             the others
//
// Both lists are used within takers.lock.
type ring struct {
	takers, putters        waiters
	size, head, tail, used int32
}

// init gives it its places.
func (r *ring) init(places int) {
	if places < 1 || places > math.MaxInt32/2 {
		misuse("sync: a ring needs at least one place")
	}
	saved := r.takers.lock.Enter()
	ready := r.size != 0
	r.size = int32(places)
	r.putters.under = r.takers.addr()
	r.takers.lock.Leave(saved)
	if ready {
		misuse("sync: Init a second time")
	}
}

// lock is the section of both.
//
//go:nosplit
func (r *ring) lock() *critical.Section { return &r.takers.lock }

// toPut is what a wait to put asks for.
//
//go:nosplit
func (r *ring) toPut() ask {
	if r.size == 0 {
		misuse("sync: use before Init")
	}
	return ask{1, 1 - r.size, 0}
}

var toTake = ask{1, 1, 0}

// places takes at most so many of the free places, mine included, which were granted
// before. In the section.
//
//go:nosplit
func (r *ring) places(mine, most int32) int32 {
	n := mine
	if r.putters.list.Empty() {
		n = min(r.putters.free+r.size+mine, most)
	}
	r.putters.free -= n - mine
	return n
}

// items takes at most so many of the items, mine included. In the section.
//
//go:nosplit
func (r *ring) items(mine, most int32) int32 {
	n := mine
	if r.takers.list.Empty() {
		n = min(r.takers.free+mine, most)
	}
	r.takers.free -= n - mine
	return n
}

// put makes n places items, wakes those who wait for them, and ends the section.
//
//go:nosplit
func (r *ring) put(saved uintptr, n int32) {
	if r.head += n; r.head >= r.size {
		r.head -= r.size
	}
	r.used += n
	r.takers.give(&r.takers.lock, saved, n, 0)
}

// took makes n items places, wakes those who wait for them, and ends the section.
//
//go:nosplit
func (r *ring) took(saved uintptr, n int32) {
	if r.tail += n; r.tail >= r.size {
		r.tail -= r.size
	}
	r.used -= n
	if r.putters.closed {
		r.drained(saved)
		return
	}
	r.putters.give(&r.takers.lock, saved, n, 0)
}

// drained refuses who waits to take if nothing will come any more, and ends the section. As
// long as an item is there, though it may be granted to somebody, they wait: it may be
// given back.
//
//go:nosplit
func (r *ring) drained(saved uintptr) {
	if r.used > 0 || r.takers.closed {
		r.takers.lock.Leave(saved)
		return
	}
	r.takers.closed = true
	r.takers.all(&r.takers.lock, saved, refused)
}

// close refuses who puts; who takes is refused when the last item was taken.
//
//go:nosplit
func (r *ring) close() {
	r.putters.close(&r.takers.lock)
	r.drained(r.takers.lock.Enter())
}

//go:nosplit
func (r *ring) len() int {
	saved := r.takers.lock.Enter()
	n := r.used
	r.takers.lock.Leave(saved)
	return int(n)
}
