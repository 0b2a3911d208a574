package tasksync

import (
	"math"

	"github.com/tamagotake/tamagotake/rt/internal/critical"
)

// ring is what channel and pipe have in common: places that are put into at head and taken
// from at tail, and the waits for either. A place and what is in one are permits, so that
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
		misuse("tasksync: a channel or pipe needs room for at least one value")
	}
	saved := r.takers.lock.Enter()
	ready := r.size != 0
	r.size = int32(places)
	r.putters.pair, r.putters.second = r.takers.addr(), true
	r.takers.pair = r.putters.addr()
	r.takers.lock.Leave(saved)
	if ready {
		misuse("tasksync: Init a second time")
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
		misuse("tasksync: use before Init")
	}
	return ask{1, 1 - r.size, 0}
}

var toTake = ask{1, 1, 0}

// places says how many of the free places can be taken, at most so many, mine included, which
// were granted before. In the section.
//
//go:nosplit
func (r *ring) places(mine, most int32) int32 {
	if !r.putters.list.Empty() {
		return mine
	}
	return min(r.putters.free+r.size+mine, most)
}

// items says the same of the items.
//
//go:nosplit
func (r *ring) items(mine, most int32) int32 {
	if !r.takers.list.Empty() {
		return mine
	}
	return min(r.takers.free+mine, most)
}

// put makes n places items. In the section, which a step ends.
//
//go:nosplit
func (r *ring) put(n int32) {
	if r.head += n; r.head >= r.size {
		r.head -= r.size
	}
	r.used += n
	r.takers.free += n
}

// took makes n items places. In the section, which a step ends.
//
//go:nosplit
func (r *ring) took(n int32) {
	if r.tail += n; r.tail >= r.size {
		r.tail -= r.size
	}
	r.used -= n
	r.putters.free += n
	r.drained()
}

// drained closes it for those who take, if nothing will come any more. As long as an item is
// there, though it may be granted to a wait, they wait: it may be given back. In the section.
//
//go:nosplit
func (r *ring) drained() {
	if r.putters.closed && r.used == 0 {
		r.takers.shut()
	}
}

// close refuses putters at once, and takers when the last item was taken.
//
//go:nosplit
func (r *ring) close() {
	saved := r.takers.lock.Enter()
	r.putters.shut()
	r.drained()
	r.serve(saved)
}

// serve ends the section, and serves putters and takers.
//
//go:nosplit
func (r *ring) serve(saved uintptr) { r.takers.serve(&r.takers.lock, saved, 0) }

// leave ends a wait of either in the section, and serves both.
//
//go:nosplit
func (r *ring) leave(saved uintptr, w *Wait) {
	w.state.StoreRelease(idle)
	r.serve(saved)
	w.open.Close()
}

//go:nosplit
func (r *ring) len() int {
	saved := r.takers.lock.Enter()
	n := r.used
	r.takers.lock.Leave(saved)
	return int(n)
}
