package timer

import (
	"math"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// A turn is ended by the budget of its task, perhaps, wherever interrupts are enabled. So each
// of its sections leaves the wheel as the next turn wants to find it, and a sleep is taken out
// and its task woken in the same one. A section does that for one sleep, or moves a batch to
// lower levels: it is the longest of the wheel, see docs/time.md.

// batch is how many sleeps a section moves at most.
const batch = 3

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

// Turn wakes the tasks of all sleeps whose time has come, in the order of their deadlines; ties
// wake in arming order. What becomes due meanwhile
// is woken too. Any level but interrupt entry.
func (w *Wheel) Turn() Turned { return w.TurnN(math.MaxInt) }

// TurnN is [Wheel.Turn] for n sleeps that are woken, or batches that are moved, one at least. If
// there is more to do it says so, and sets no alarm.
func (w *Wheel) TurnN(n int) (t Turned) {
	now := w.ticksDown(platform.Now())
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
	for {
		t.Expired += int(w.found)
		w.found = 0
		did, next := w.advance(now)
		if next != 0 { // but time has gone on
			if now = w.ticksDown(platform.Now()); next <= now {
				next = 0
			} else if w.driven {
				w.setAlarm(next)
			}
		}
		w.section.Leave(saved)
		did.after()
		if did&woke != 0 {
			t.Expired++
		}
		if next != 0 {
			t.NextNS = w.ns(next)
			return t
		}
		if n--; n <= 0 { // a batch counts as one
			t.Remaining = true
			t.NextNS = platform.Now()
			return t
		}
		saved = w.section.Enter()
	}
}

// advanced is what became of a sleep.
type advanced uint8

const (
	woke   advanced = 1 << iota // its time has come
	enter                       // and its task is a real-time one, whose executor is to be entered
	broken                      // nothing, since it was overwritten
)

// after does what is left until the section has ended.
//
//go:nosplit
func (did advanced) after() {
	if did&enter != 0 {
		platform.EnterRealtime()
	}
	if did&broken != 0 {
		misuse(overwritten)
	}
}

// advance takes sleeps out of the slots that are due: one whose time has come, and its task is
// woken, or a batch that goes to lower levels. next is the earliest deadline, if nothing is due.
// In the section.
func (w *Wheel) advance(now uint64) (did advanced, next uint64) {
	for moved := 0; moved < batch; moved++ {
		if w.emptying == 0 {
			if next := w.open(now); next != 0 {
				return 0, next
			}
		}
		from := &w.slots[w.emptying-1].sleeps
		s := sleepOf(from.First())
		come := s.tick <= w.now
		if come && moved > 0 {
			break // in a section of its own
		}
		k := s.waker
		if come && !k.Sound() || !from.Remove(&s.link) {
			return broken, 0
		}
		if from.Empty() {
			w.emptying = 0
		}
		if !come {
			w.insert(s)
			continue
		}
		s.state.Store(due) // a fence: the wake may find the task woken already, and only look
		if k.WakeWithin() {
			return woke | enter, 0
		}
		return woke, 0
	}
	return 0, 0
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
