// Package epit drives the enhanced periodic interrupt timer of NXP i.MX chips, as a source
// of events beside the system timer. The device counts down; here its counter is taken
// the other way round, since 2^32-1 minus it counts up.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter
// "Enhanced Periodic Interrupt Timer (EPIT)".
package epit

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Registers, as offsets ("EPIT Memory Map/Register Definition").
const (
	cr   = 0x00 // control
	sr   = 0x04 // status, cleared by writing a one
	lr   = 0x08 // load
	cmpr = 0x0c // compare
	cnr  = 0x10 // counter

	crEnable    = 1 << 0
	crRestart   = 1 << 1  // ENMOD: from the top when enabled
	crInterrupt = 1 << 2  // OCIEN
	crPrescale  = 4       // 12 bits
	crWait      = 1 << 19 // WAITEN: counts while the processor waits for an interrupt
	crIPG       = 1 << 24 // CLKSRC: peripheral clock

	srCompare = 1 << 0 // OCIF

	stepHz      = 1e6
	prescaleMax = 1 << 12
	spinMax     = 1 << 20 // readings of a counter until it must have moved
)

// Timer is one EPIT. Its line is level-triggered and masked when it is delivered; the
// driver opens it again.
type Timer struct {
	hwtimer.Source
	Base uintptr // address of the first register
	Line uint32

	hz       uint64
	schedule hwtimer.Schedule
	driver   task.Waker
	control  uint32 // of the control register, when it counts
}

// Init makes the device count from the peripheral clock, of which the frequency is given,
// in steps of a microsecond or a little less, and without interrupts. Its clock must be
// on. Thread level, once; the line is registered after it.
func (t *Timer) Init(clockHz uint32) error {
	divisor := min(max(clockHz/stepHz, 1), prescaleMax)
	t.hz = uint64(clockHz / divisor)
	if t.hz == 0 {
		return drivers.Errorf("epit", "its clock has %d Hz", clockHz)
	}
	t.schedule.Bits = 32
	t.control = crRestart | crWait | crIPG | (divisor-1)<<crPrescale
	mmio.Write32(t.Base+cr, 0)
	mmio.Write32(t.Base+lr, ^uint32(0))
	mmio.Write32(t.Base+sr, srCompare)
	mmio.Write32(t.Base+cr, t.control)
	t.control |= crEnable
	mmio.Write32(t.Base+cr, t.control)
	for start, n := t.counter(), 0; t.counter() == start; n++ {
		if n == spinMax {
			return drivers.Errorf("epit", "the counter (0x10) of the device at %#x stands still at %#x", t.Base, start)
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
		return drivers.Errorf("epit", "%w", err)
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
	mmio.Write32(t.Base+sr, srCompare)
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
	irq.Unmask(t.Line)
	return task.Pending
}

// counter returns the time in counts.
func (t *Timer) counter() uint64 { return uint64(^mmio.Read32(t.Base + cnr)) }

// compare sets the comparator to the next event.
func (t *Timer) compare() { mmio.Write32(t.Base+cmpr, ^uint32(t.schedule.Due)) }

func (t *Timer) enable(on bool) {
	c := t.control
	if on {
		c |= crInterrupt
	}
	mmio.Write32(t.Base+cr, c)
}
