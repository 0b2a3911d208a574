package timer

import (
	"math"

	"tamagotake/hal"
	"tamagotake/rt/task"
)

// batch is how many sleeps one critical section wakes or moves at most. A section of a turn
// is its longest, see docs/time.md.
const batch = 4

// Turned is what a turn did.
type Turned struct {
	// Expired is how many sleeps have ended since the last turn: those that this one woke, and
	// those that were found to be due by their own first poll.
	Expired int
	// NextNS is when the next turn is wanted, math.MaxInt64 for never: the earliest deadline,
	// or before it, if the sleep that had an earlier one was stopped. The alarm of a driven
	// wheel is set to it.
	NextNS int64
	// Remaining: the budget was used up, and more is due now.
	Remaining bool
}

// Turn wakes the tasks of all sleeps whose time has come, in the order of their deadlines,
// and of those in the same tick in that in which they were armed. What becomes due meanwhile
// is woken too. Any level but interrupt entry.
func (w *Wheel) Turn() Turned { return w.TurnN(math.MaxInt) }

// TurnN is [Wheel.Turn] for about n sleeps: it does one batch more at most. If there is more
// to do it says so, and sets no alarm.
func (w *Wheel) TurnN(n int) (t Turned) {
	now := w.ticksDown(hal.Now())
	saved := w.section.Enter()
	if w.emptying == 0 && w.found == 0 {
		if next := w.open(now); next != 0 { // nothing is due
			if w.driven {
				w.setAlarm(next)
			}
			w.section.Leave(saved)
			return Turned{NextNS: w.ns(next)}
		}
	}
	return w.turn(n, now, saved)
}

// turn is the rest of TurnN, when there is something to do. It begins in the section.
func (w *Wheel) turn(n int, now uint64, saved uintptr) (t Turned) {
	var wakers [batch]task.Waker
	for {
		t.Expired += int(w.found)
		w.found = 0
		expired, next := w.advance(now, &wakers)
		if next != 0 { // but time has gone on
			if now = w.ticksDown(hal.Now()); next <= now {
				next = 0
			} else if w.driven {
				w.setAlarm(next)
			}
		}
		w.section.Leave(saved)
		for i := range expired {
			wakers[i%batch].Wake()
		}
		t.Expired += int(expired)
		if next != 0 {
			t.NextNS = w.ns(next)
			return t
		}
		if n -= batch; n <= 0 {
			t.Remaining = true
			t.NextNS = hal.Now()
			return t
		}
		saved = w.section.Enter()
	}
}

// advance takes at most a batch of sleeps out of the slots that are due: the wakers of those
// whose time has come are returned, the others go to lower levels. next is the earliest
// deadline, or 0 if there is more to do. In the section.
func (w *Wheel) advance(now uint64, wakers *[batch]task.Waker) (expired uint, next uint64) {
	for range batch {
		if w.emptying == 0 {
			if next := w.open(now); next != 0 {
				return expired, next
			}
		}
		from := &w.slots[w.emptying-1].sleeps
		s := sleepOf(from.First())
		from.Remove(&s.link)
		if from.Empty() {
			w.emptying = 0
		}
		if s.tick > w.now {
			w.insert(s)
			continue
		}
		wakers[expired%batch] = s.waker
		expired++
		s.state.StoreRelease(due)
	}
	return expired, 0
}

// open turns the wheel to the first slot, if one of its sleeps may be due, and leaves it to
// be emptied. Otherwise it returns the earliest deadline.
func (w *Wheel) open(now uint64) (next uint64) {
	if w.used == 0 {
		w.now = max(w.now, now)
		return never
	}
	i, begins := w.earliest()
	if first := w.slots[i].first; first > now {
		// Not beyond the beginning of the slot, whose sleeps would be on too high a level.
		w.now = max(w.now, min(now, begins-1))
		return first
	}
	w.now = begins
	w.vacate(i)
	w.emptying = i + 1
	if i >= beyond {
		w.far ^= 1
	}
	return 0
}
