// Package hwtimer has what the drivers of hardware timers share: when the next event is due,
// in the counts of the device, and the way of events from the driver's task to the task
// that waits for them.
//
//	line --wake--> driver task: Schedule.Passed --Post--> Source --Take--> waiting task
//	                    |                                    |                  ^
//	                    +--> comparator = Schedule.Due       +------- wake -----+
//
// A device of this kind counts up without end and compares: period after period is made by
// setting the comparator to the next one that is still to come. A device that reloads
// itself would save that store, but its periods cannot be counted if two pass before the
// driver has been there, and its start would drift against the other timers'.
//
// Start and Poll of the drivers are alike, and each driver has its own: at real-time level
// nothing may be called by address, so a shared Poll could not reach the device.
package hwtimer

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Errors of the drivers' Start.
var (
	ErrShort = errors.New("shorter than the driver needs for one event")
	ErrLong  = errors.New("longer than the device can count")
)

// Source counts events, from one driver to one task that waits. The zero value has none.
type Source struct {
	pending uint32 // not taken yet
	events  uint64
	missed  uint64
	waiter  task.Waker
}

// Post is n events, all but the last of which came before the driver did. Driver only; any
// level.
//
//go:nosplit
func (s *Source) Post(n uint32) {
	saved := platform.MaskInterrupts()
	s.pending += n
	s.events += uint64(n)
	w := s.waiter
	platform.RestoreInterrupts(saved)
	w.Wake()
}

// Poll is Ready when an event has come that was not taken. Until then it leaves the context's waker,
// which replaces that of an earlier poll: one task waits for a source. A task that is cancelled
// leaves what comes to the next. From a poll; both levels.
func (s *Source) Poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	saved := platform.MaskInterrupts()
	s.waiter = w
	n := s.pending
	platform.RestoreInterrupts(saved)
	if n == 0 {
		return task.Pending
	}
	return task.Ready
}

// Events returns the source. A driver embeds its source and has a Poll of its own, which hides
// that of the source: c.Await(t.Events()).
func (s *Source) Events() *Source { return s }

// Take returns how many events have come since the last time, 0 for none; of more than one, all but
// the last were missed, and are counted. It does not wait. Both levels.
func (s *Source) Take() (n uint32) {
	saved := platform.MaskInterrupts()
	n = s.pending
	s.pending = 0
	if n > 1 {
		s.missed += uint64(n - 1)
	}
	platform.RestoreInterrupts(saved)
	return n
}

// Stat returns how many events there were, and how many of them were missed: because their
// task came too late, or the driver. Thread level.
func (s *Source) Stat() (events, missed uint64) {
	saved := platform.MaskInterrupts() // two words each on ARM
	defer platform.RestoreInterrupts(saved)
	return s.events, s.missed
}

// Reset forgets what has not been taken. Interrupts masked.
func (s *Source) Reset() { s.pending = 0 }

// Schedule is when the events of a counter are due. All is in counts, modulo the counter's
// size; a time counts as passed if it is less than half of that ago.
type Schedule struct {
	Due    uint64
	Period uint64 // 0: once
	Bits   uint8  // size of the counter: 32 or 64
	On     bool
}

// Min is the shortest delay and period that drivers accept. Anything shorter would leave
// an emulated processor no time but for the driver.
const Min = 100 * time.Microsecond

// Set converts delay and period, of which 0 is none, to counts, for [Schedule.Begin].
func (s *Schedule) Set(delay, period time.Duration, hz uint64) (delayCounts, periodCounts uint64, err error) {
	if delayCounts, err = s.Counts(delay, hz); err != nil {
		return 0, 0, fmt.Errorf("a delay of %v is %w", delay, err)
	}
	if period != 0 {
		if periodCounts, err = s.Counts(period, hz); err != nil {
			return 0, 0, fmt.Errorf("a period of %v is %w", period, err)
		}
	}
	return delayCounts, periodCounts, nil
}

// Begin sets the first event delay counts after now, and the next, if period is not 0, that
// far apart.
func (s *Schedule) Begin(now, delay, period uint64) {
	s.Due, s.Period, s.On = s.cut(now+delay), period, true
}

// Passed returns how many events are due by now, and makes Due the next. After the one
// event of a schedule without period it is off.
//
//go:nosplit
func (s *Schedule) Passed(now uint64) (n uint32) {
	if !s.Reached(now) {
		return 0
	}
	late := s.cut(now - s.Due)
	if s.Period == 0 {
		s.On = false
		return 1
	}
	n = uint32(late/s.Period) + 1
	s.Due = s.cut(s.Due + uint64(n)*s.Period)
	return n
}

// Reached reports whether the next event is due by now.
//
//go:nosplit
func (s *Schedule) Reached(now uint64) bool {
	return s.On && s.cut(now-s.Due) <= s.cut(^uint64(0))/2
}

//go:nosplit
func (s *Schedule) cut(counts uint64) uint64 { return counts << (64 - s.Bits) >> (64 - s.Bits) }

// Counts converts a time to counts of a frequency, rounded up, so that the time has passed
// when they have. ErrLong if it is more than a quarter of what the counter can hold, so
// that a driver that is late by as much can tell; ErrShort if it is less than [Min].
func (s *Schedule) Counts(d time.Duration, hz uint64) (uint64, error) {
	if d < Min {
		return 0, ErrShort
	}
	hi, lo := bits.Mul64(uint64(d), hz)
	lo, carry := bits.Add64(lo, 1e9-1, 0)
	if hi += carry; hi >= 1e9 {
		return 0, ErrLong
	}
	n, _ := bits.Div64(hi, lo, 1e9)
	if n > s.cut(^uint64(0))/4 {
		return 0, ErrLong
	}
	return n, nil
}
