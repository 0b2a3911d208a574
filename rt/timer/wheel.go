// Package timer lets tasks wait for time: [Sleep], [Interval] and [Deadline], at real-time
// and at thread level, without heap.
//
//	Sleep --Poll--> Wheel                              in ticks of 1<<shift ns
//	                level 5   64 slots of 2^30 ticks   + those beyond 2^36
//	                  ...
//	                level 1   64 slots of 64 ticks
//	                level 0   64 slots of 1 tick
//	                                    |
//	                                 Turn: wake what is due, in order;
//	                                 set the alarm to what comes next
//
// A sleep's level is that of the first digit, to the base of 64, in which its deadline
// differs from the time that the wheel has been turned to, and its slot is that digit. So
// what is on a lower level comes before all of a higher one, and on each level the slots
// are in order: a bitmap per level finds the first. When the first slot is due, its sleeps
// are put in anew, on lower levels, until they are on the lowest, where a slot is one tick:
// an array sorted by digits, the last of them sorted only when it is needed.
//
// Each slot knows the earliest deadline in it, so the alarm is set to that and not to where
// the slot begins: a sleep of hours costs one interrupt and not one for each level. If the
// sleep with that deadline was stopped, the alarm is early, once, and never late.
//
// Rejected: a heap or a tree of deadlines, since what it does with interrupts masked grows
// with the number of sleeps; a delta list, for the same reason.
//
// One critical section guards a wheel. A section does a bounded amount of work, the wake of one
// task among it, and the longest is that of a turn: see turn.go.
package timer

import (
	"math"
	"math/bits"

	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/platform"
)

const (
	digit    = 6
	perLevel = 1 << digit
	levels   = 6

	// beyond are two slots for what the levels do not reach; one takes in what is new, while
	// the other is emptied.
	beyond = levels * perLevel

	// never is later than every deadline in ticks.
	never = math.MaxUint64
)

// Wheel holds the sleeps that wait. The zero value is ready, and its ticks are nanoseconds.
// It must not be copied or moved. Most programs have one: [Default].
type Wheel struct {
	section  critical.Section
	shift    uint8  // a tick is 1<<shift ns
	driven   bool   // the machine's alarm follows
	used     uint8  // levels that are not empty, a bit each
	now      uint64 // ticks: no sleep here is due by then
	alarm    uint64 // ticks: what the alarm is set to, if driven
	found    uint32 // sleeps that were due when they were first polled, since the last turn
	emptying uint32 // the slot that a turn is emptying, plus 1; 0 for none
	far      uint32 // which of the two slots beyond takes in
	occupied [levels + 1]uint64
	slots    [beyond + 2]slot
}

type slot struct {
	sleeps list.Head
	first  uint64 // ticks: none of them is due before
}

// Default is the wheel of every [Sleep] that is not put [Sleep.On] another.
var Default Wheel

// SetTick makes the wheel's ticks 1<<shift nanoseconds long, shift at most 32: deadlines are
// rounded up to that, and those in the same tick are woken together. The clock's own
// resolution has nothing to do with it. Thread level, before the first sleep: it panics if one
// waits, which would have another length.
func (w *Wheel) SetTick(shift uint) {
	if w.used != 0 && w.shift != uint8(min(shift, 32)) {
		misuse("timer: SetTick of a wheel on which a sleep waits")
	}
	w.shift = uint8(min(shift, 32))
}

// Drive makes the machine's alarm follow the wheel: it is set to the next deadline by each
// turn, and anew when a sooner sleep comes. There is one alarm, so one wheel can be driven.
// Whoever the alarm wakes turns the wheel. Thread level.
func (w *Wheel) Drive() {
	saved := w.section.Enter()
	w.driven = true
	w.alarm = never
	w.section.Leave(saved)
}

// ticksUp returns the first tick that has come when the clock shows ns, at or after it. It
// cannot overflow: 2^63 ns are 292 years.
//
//go:nosplit
func (w *Wheel) ticksUp(ns int64) uint64 {
	shift := w.shift & 63
	return (uint64(ns) + 1<<shift - 1) >> shift
}

// ticksDown returns the tick that the clock has reached when it shows ns.
//
//go:nosplit
func (w *Wheel) ticksDown(ns int64) uint64 { return uint64(ns) >> (w.shift & 63) }

// ns returns when a tick comes, math.MaxInt64 at most.
//
//go:nosplit
func (w *Wheel) ns(tick uint64) int64 {
	if tick >= (math.MaxInt64 >> (w.shift & 63)) {
		return math.MaxInt64
	}
	return int64(tick << (w.shift & 63))
}

// level returns on which level a deadline is; now is before it.
//
//go:nosplit
func level(now, deadline uint64) uint32 {
	l := uint32(bits.Len64(now^deadline)-1) / digit
	return min(l, levels)
}

// insert puts a sleep in whose deadline is after now. In the section.
func (w *Wheel) insert(s *Sleep) {
	l := level(w.now, s.tick)
	i := beyond + w.far
	if l < levels {
		i = l*perLevel + uint32(s.tick>>(digit*l&63))%perLevel
	}
	at := &w.slots[i]
	if at.sleeps.Empty() {
		at.first = s.tick
		w.used |= 1 << l
		w.occupied[l] |= 1 << (i % perLevel)
	} else if s.tick < at.first {
		at.first = s.tick
	}
	s.slot = i
	at.sleeps.PushBack(&s.link)
}

// sound reports whether a sleep can be taken out: it was not overwritten.
//
//go:nosplit
func (w *Wheel) sound(s *Sleep) bool {
	return s.slot < uint32(len(w.slots)) && w.slots[s.slot].sleeps.Sound(&s.link)
}

// remove takes a sleep out, which is sound. In the section.
//
//go:nosplit
func (w *Wheel) remove(s *Sleep) {
	at := &w.slots[s.slot]
	at.sleeps.Remove(&s.link)
	if !at.sleeps.Empty() {
		return
	}
	if s.slot+1 == w.emptying {
		w.emptying = 0
		return
	}
	w.vacate(s.slot)
}

// vacate takes a slot off the bitmaps.
//
//go:nosplit
func (w *Wheel) vacate(i uint32) {
	l := i / perLevel
	if w.occupied[l] &^= 1 << (i % perLevel); w.occupied[l] == 0 {
		w.used &^= 1 << l
	}
}

// earliest returns the first slot in time, and when it begins; there must be one.
func (w *Wheel) earliest() (i uint32, begins uint64) {
	l := uint32(bits.TrailingZeros8(w.used))
	d := uint32(bits.TrailingZeros64(w.occupied[l]))
	i = l*perLevel + d
	if l == levels {
		return i, w.slots[i].first &^ (1<<(levels*digit) - 1)
	}
	low := digit * l & 63
	return i, w.now>>low&^(perLevel-1)<<low | uint64(d)<<low
}

// sooner sets the alarm, if the deadline comes before what it is set to. In the section, or
// else another turn could set it to what was the next deadline before.
func (w *Wheel) sooner(tick uint64) {
	if w.driven && tick < w.alarm {
		w.setAlarm(tick)
	}
}

func (w *Wheel) setAlarm(tick uint64) {
	w.alarm = tick
	platform.SetAlarm(w.ns(tick))
}

const overwritten = "timer: a sleep that waits, or its task, was overwritten"

func misuse(text string) { panic(text) }
