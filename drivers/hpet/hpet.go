//go:build amd64 || !tamago

// Package hpet drives one comparator of the high precision event timer of PCs, as a source
// of events beside the system timer.
//
// Source: IA-PC HPET (High Precision Event Timers) Specification, revision 1.0a, October
// 2004, section 2.3.
package hpet

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Registers, as offsets (2.3.2, table 2).
const (
	capabilities = 0x000 // period of the counter in fs in the high half
	config       = 0x010
	counter      = 0x0f0
	timers       = 0x100 // configuration and capabilities, comparator; 0x20 each
	comparator   = 0x008

	configEnable = 1 << 0  // 2.3.5: the counter runs
	capsCountMax = 0x1f00  // 2.3.4: number of the last timer
	capsWide     = 1 << 13 // 2.3.4: the counter has 64 bits

	timerLevel   = 1 << 1 // 2.3.8
	timerEnable  = 1 << 2
	timerPeriod  = 1 << 3
	timerWide    = 1 << 5 // the comparator has 64 bits
	timer32      = 1 << 8
	timerRoute   = 9 // 5 bits
	timerFSB     = 1 << 14
	timerRoutes  = 32          // a bit for each input of the interrupt controller
	periodMaxFS  = 100_000_000 // 2.3.4: 100 ns
	spinMax      = 1 << 20     // readings of a counter until it must have moved
	femtoseconds = 1_000_000_000_000_000
)

// Timer is one comparator. Its line is edge-triggered.
type Timer struct {
	hwtimer.Source
	Base  uintptr // address of the first register
	Index uintptr // which of the device's comparators

	hz       uint64
	schedule hwtimer.Schedule
	driver   task.Waker
	config   uint64 // what its configuration register holds when it is off
}

// Init looks at the device, leaves the comparator off, and routes it to an input of the
// interrupt controller. The counter runs on if it runs: it may be another's clock. Thread
// level, once; the line is registered after it.
func (t *Timer) Init(input uint32) error {
	caps := mmio.Read64(t.Base + capabilities)
	period := caps >> 32
	switch {
	case period == 0 || period > periodMaxFS:
		return drivers.Errorf("hpet", "no device at %#x: its capabilities (0x000) read %#x", t.Base, caps)
	case caps&capsWide == 0:
		return drivers.Errorf("hpet", "the counter has 32 bits (capabilities %#x)", caps)
	case t.Index > uintptr(caps&capsCountMax>>8):
		return drivers.Errorf("hpet", "no comparator %d: the last is %d", t.Index, caps&capsCountMax>>8)
	}
	c := mmio.Read64(t.timer())
	if c&timerWide == 0 {
		return drivers.Errorf("hpet", "comparator %d has 32 bits (configuration %#x)", t.Index, c)
	}
	if input >= 32 || c>>timerRoutes>>input&1 == 0 {
		return drivers.Errorf("hpet", "comparator %d cannot interrupt input %d: its routes are %#x", t.Index, input, c>>timerRoutes)
	}
	t.hz = femtoseconds / period
	t.schedule.Bits = 64
	t.config = c&^(timerLevel|timerEnable|timerPeriod|timer32|timerFSB|0x1f<<timerRoute)&0xffffffff | uint64(input)<<timerRoute
	t.enable(false)
	mmio.Write64(t.Base+config, mmio.Read64(t.Base+config)|configEnable)
	for start, n := t.counter(), 0; t.counter() == start; n++ {
		if n == spinMax {
			return drivers.Errorf("hpet", "the counter (0x0f0) stands still at %#x", start)
		}
	}
	return nil
}

// Start makes an event after delay, and then, if period is not 0, one every period.
// What went before ends. The error is [hwtimer.ErrShort] or [hwtimer.ErrLong], and then nothing
// has changed. Thread level.
func (t *Timer) Start(delay, period time.Duration) error {
	delayCounts, periodCounts, err := t.schedule.Set(delay, period, t.hz)
	if err != nil {
		return drivers.Errorf("hpet", "%w", err)
	}
	saved := platform.MaskInterrupts()
	t.Reset()
	t.schedule.Begin(t.counter(), delayCounts, periodCounts)
	t.compare()
	t.enable(true)
	late := t.schedule.Reached(t.counter())
	platform.RestoreInterrupts(saved)
	if late {
		t.driver.Wake()
	}
	return nil
}

// Stop ends the events, and those that have not been taken. Thread level.
func (t *Timer) Stop() {
	saved := platform.MaskInterrupts()
	t.schedule.On = false
	t.Reset()
	t.enable(false)
	platform.RestoreInterrupts(saved)
}

// Poll is the driver: it counts the periods that have passed and sets the comparator to
// the next that has not. It never completes. If it is cancelled, there are no more events.
//
//tamagotake:realtime
func (t *Timer) Poll(cx *task.Context) task.Poll {
	t.driver = cx.Waker()
	if n := t.schedule.Passed(t.counter()); n > 0 {
		t.Post(n)
	}
	if t.schedule.On {
		t.compare()
		if t.schedule.Reached(t.counter()) {
			cx.Waker().Wake() // it has passed meanwhile, and the comparator missed it
		}
	} else {
		t.enable(false)
	}
	return task.Pending
}

// counter returns the time in counts.
func (t *Timer) counter() uint64 { return mmio.Read64(t.Base + counter) }

// compare sets the comparator to the next event.
func (t *Timer) compare() { mmio.Write64(t.timer()+comparator, t.schedule.Due) }

func (t *Timer) enable(on bool) {
	c := t.config
	if on {
		c |= timerEnable
	}
	mmio.Write64(t.timer(), c)
}

func (t *Timer) timer() uintptr { return t.Base + timers + t.Index*0x20 }
