//go:build !tamago

package fake

import (
	"math"
	"slices"
	"time"

	"github.com/tamagotake/tamagotake/rt/timer"
)

// event is what a device does at a time.
type event struct {
	atNS int64
	do   func()
}

// Now returns the time, the same as platform.Now: in nanoseconds since some moment before.
func (m *Machine) Now() (ns int64) { return nowNS }

// After has f called d from now, when the time is advanced: what a device does
// that takes its time.
func (m *Machine) After(d time.Duration, f func()) {
	e := event{nowNS + max(int64(d), 0), f}
	i, _ := slices.BinarySearchFunc(m.events, e, func(a, b event) int {
		if a.atNS <= b.atNS {
			return -1 // those of the same time in order
		}
		return 1
	})
	m.events = slices.Insert(m.events, i, e)
}

// Advance runs the tasks, and moves the time by d: from one event or alarm to
// the next, and the tasks run at each. What is due at the end is done.
func (m *Machine) Advance(d time.Duration) {
	m.t.Helper()
	end := nowNS + int64(d)
	for steps := 0; ; steps++ {
		m.Run()
		next := m.alarmNS
		if len(m.events) > 0 {
			next = min(next, m.events[0].atNS)
		}
		if next > end {
			break
		}
		if steps == restMax {
			m.t.Fatalf("fake: %d alarms and events within %v, and there are more", steps, d)
		}
		nowNS = max(nowNS, next)
		if len(m.events) > 0 && m.events[0].atNS <= nowNS {
			do := m.events[0].do
			m.events = m.events[1:]
			do()
		}
		if m.alarmNS <= nowNS {
			m.alarmNS = math.MaxInt64
			timer.Default.Turn() // as the kernel's timer task does
		}
	}
	nowNS = end
}
