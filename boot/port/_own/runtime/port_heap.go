package runtime

// The heap of a machine ends: what Linux would swap or kill for is a crash here. Changes to
// the collector's pace (mgcpacer.go, mgclimit.go) keep it from crashing with memory that is garbage.
//
//	live data     goal                       what there is
//	    |          |                            |
//	    |          +-- the heap doubled, or the memory but for a thirty-second
//	    |              if that is less, and a little beyond the live data at least
//	    |
//	    +-- while it marks, who allocates marks as well, the more the nearer the end: at
//	        portHeapMost it waits until the collection has ended
//
// And who marks is given at most what is left to the goal for it, not 65 times that; nobody is let
// off because the collector has had much of the processor; and an object that there is no place for has
// the collector go first (portCollectFor).
//
// With GOGC=off the goal is what there is: collections come when memory is nearly out.
//
// Rejected: GOMEMLIMIT. Beyond its limit one collection follows the other until memory is out,
// after minutes; and it has the scavenger give memory back, which nobody takes here.

// portHeapLimit is how much memory the heap and what the runtime needs beside it may take, in
// bytes. No bound until the heap is there.
var portHeapLimit uint64 = 1 << 62

// portLimitHeap sets portHeapLimit. The heap grows by arenas, each at a multiple of its size: what
// is before the first and after the last is for the runtime's own data, and a thirty-second more.
func portLimitHeap() {
	c := &gcController
	begun := c.heapReleased.load() + uint64(mheap_.curArena.end-mheap_.curArena.base)
	var rest uint64
	if start, end := alignUp(bloc, heapArenaBytes), alignDown(uintptr(BootGuard()), heapArenaBytes); start < end {
		rest = uint64(end - start)
	}
	portHeapLimit = c.mappedReady.Load() + begun + rest - rest/32
}

// portHeapMost returns how large the heap can get, in bytes of objects, besides what the runtime
// needs now. The parts are not read at once: it may be a little off.
func portHeapMost() int64 {
	c := &gcController
	heap := c.heapFree.load() + c.totalAlloc.Load() - c.totalFree.Load()
	return int64(portHeapLimit - c.mappedReady.Load() + heap)
}

// portBoundGoal returns the goal of a collection after which so much was found to be live. It lets
// the heap grow by a sixty-fourth at least, so that there are few collections before memory is out.
func portBoundGoal(goal, live uint64) uint64 {
	most := uint64(max(portHeapMost(), 0))
	return min(goal, max(most-most/32, live+live/64))
}

// portCollectFor collects before an object of more than 32 KiB is allocated, if it has a place neither
// in what is free nor in what the heap can grow by, which may not be adjacent. It does not where a
// collection cannot begin, as in gcStart. What is asked for here is asked for again by who allocates,
// and ends the program if it is in vain.
func portCollectFor(size uintptr) {
	gp := getg()
	if gp != gp.m.curg || gp.m.locks != 0 || gp.m.mallocing != 0 || gp.m.preemptoff != "" || size > maxAlloc-pageSize {
		return
	}
	pages := alignUp(size, pageSize) / pageSize
	grow := alignUp(pages, pallocChunkPages) * pageSize
	arena := &mheap_.curArena
	if grow <= arena.end-arena.base || grow <= maxAlloc-heapArenaBytes &&
		uint64(alignUp(bloc, heapArenaBytes))+uint64(alignUp(grow, heapArenaBytes)) <= uint64(BootGuard()) {
		return
	}
	fits := false
	systemstack(func() {
		lock(&mheap_.lock)
		at, _ := mheap_.pages.find(pages)
		fits = at != 0
		unlock(&mheap_.lock)
	})
	if !fits {
		GC()
	}
}
