package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// Barrier lets tasks go on when as many have come as Init says, again and again: a task that comes
// afterwards is of the next round.
type Barrier struct {
	waiters // free counts those who have come, in all rounds
	parties int32
	full    int32 // what free is when this round is complete
}

// Init says how many tasks meet. Thread level, once, before it is used.
func (b *Barrier) Init(parties int) {
	if parties < 1 || parties > maxReaders {
		misuse("tasksync: a barrier needs at least one party")
	}
	b.parties, b.full = int32(parties), int32(parties)
}

// Wait comes to the barrier and waits for the others: Ready when all have come. A wait that
// is given up before has not come, and one that is given up afterwards has. From a poll;
// both levels; the last to come wakes the others, one section for each.
func (b *Barrier) Wait(cx *task.Context, w *Wait) Result {
	if w.state.Load() != idle {
		return w.end(&b.waiters, cx, idle)
	}
	if b.parties == 0 {
		misuse("tasksync: use before Init")
	}
	saved := b.lock.Enter()
	if b.free+1 == b.full {
		b.full += b.parties
		b.give(&b.lock, saved, 1, 0)
		return Ready
	}
	b.free++
	return b.begin(&b.lock, saved, cx, w, ask{0, b.full, party}, idle)
}
