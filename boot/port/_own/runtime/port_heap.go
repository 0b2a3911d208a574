package runtime

// The heap of a machine ends: what Linux would swap or kill for is a crash here. Two changes to
// the collector's pace (mgcpacer.go) keep it from crashing with memory that is garbage.
//
//	live data     goal                       what there is
//	    |          |                            |
//	    |          +-- the heap doubled, or the memory but for a thirty-second
//	    |              if that is less, and a little beyond the live data at least
//	    |
//	    +-- while it marks, who allocates marks as well, the more the nearer the end: at
//	        portHeapMost it waits until the collection has ended
//
// And who marks is given at most what is left to the goal for it, not 65 times that: see edits.go.
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
