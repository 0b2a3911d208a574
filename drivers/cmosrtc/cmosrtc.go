//go:build amd64 || !tamago

// Package cmosrtc drives the real-time clock of PCs: reads it, sets it, and makes an event
// of each second by its update-ended interrupt.
//
// The clock changes its registers once a second, and what is read meanwhile is undefined.
// Two ways around that, and Read uses both: the device says in time that an update is near,
// and what was read twice with the same result was not changed in between.
//
// Sources: MC146818A data sheet (Motorola, 1984): address map, registers A to D, update
// cycle; the century is in the byte that ACPI names (ACPI 6.4, 5.2.9: FADT, CENTURY),
// 0x32 by convention.
package cmosrtc

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Registers, by index.
const (
	second  = 0x00
	minute  = 0x02
	hours   = 0x04
	weekday = 0x06
	day     = 0x07
	month   = 0x08
	year    = 0x09
	regA    = 0x0a
	regB    = 0x0b
	regC    = 0x0c
	regD    = 0x0d
	century = 0x32

	aUpdating = 1 << 7 // UIP: an update is under way, or begins within 244 us
	cUpdated  = 1 << 4 // UF; reading the register clears it
	dValid    = 1 << 7 // VRT: the supply has not failed

	// An update takes 2.2 ms at most, with UIP set. An access takes about a microsecond.
	triesMax = 1 << 16
)

// Errors of Read and Set.
var (
	ErrBusy  = drivers.Errorf("cmosrtc", "an update (register A, UIP) does not end: is there a clock?")
	ErrPower = drivers.Errorf("cmosrtc", "the supply has failed (register D, VRT): the date must be set")
)

// Clock is the clock, and the source of its events: one after each change of the seconds,
// while [Clock.Updates] are on. Its line is edge-triggered.
type Clock struct {
	hwtimer.Source
	Port uint16 // of the index; that of the data follows
}

// read reads one register: two accesses, which belong together.
func (c *Clock) read(index uint8) uint8 {
	saved := platform.MaskInterrupts()
	mmio.Out8(c.Port, index)
	val := mmio.In8(c.Port + 1)
	platform.RestoreInterrupts(saved)
	return val
}

func (c *Clock) write(index, val uint8) {
	saved := platform.MaskInterrupts()
	mmio.Out8(c.Port, index)
	mmio.Out8(c.Port+1, val)
	platform.RestoreInterrupts(saved)
}

// Poll is the driver: it makes an event of an update. It never completes. If it is
// cancelled the line is not let go, and there are no more events.
//
//tamagotake:realtime
func (c *Clock) Poll(*task.Context) task.Poll {
	if c.read(regC)&cUpdated != 0 {
		c.Post(1)
	}
	return task.Pending
}

// Updates turns the events on or off. After each the registers stand still for 999 ms.
// Thread level.
func (c *Clock) Updates(on bool) {
	b := c.read(regB) &^ bUpdate
	if on {
		c.read(regC) // forget what was
		saved := platform.MaskInterrupts()
		c.Reset()
		platform.RestoreInterrupts(saved)
		b |= bUpdate
	}
	c.write(regB, b)
}

// Read returns the date, in UTC, to the second: the second may be over when it returns.
// [ErrBusy], [ErrPower], or which register holds what cannot be. Thread level; it takes
// 2.2 ms if it comes in the middle of an update.
func (c *Clock) Read() (time.Time, error) {
	r, err := c.stable()
	if err != nil {
		return time.Time{}, err
	}
	if c.read(regD)&dValid == 0 {
		return time.Time{}, ErrPower
	}
	return r.decode()
}

// stable reads the date until two readings, with no update near, agree.
func (c *Clock) stable() (registers, error) {
	var last registers
	seen := false
	for range triesMax {
		if c.read(regA)&aUpdating != 0 {
			seen = false
			continue
		}
		r := registers{
			second: c.read(second), minute: c.read(minute), hour: c.read(hours),
			day: c.read(day), month: c.read(month), year: c.read(year), century: c.read(century),
			format: c.read(regB) & bFormat,
		}
		if seen && r == last {
			return r, nil
		}
		last, seen = r, true
	}
	return registers{}, ErrBusy
}

// Set sets the date, to the second. The error is that of a year that the clock cannot
// hold, or says that the clock has not kept what was written. Thread level.
func (c *Clock) Set(t time.Time) error {
	b := c.read(regB)
	r, err := encode(t, b)
	if err != nil {
		return err
	}
	c.write(regB, b|bSet)
	for _, w := range [...]struct{ index, val uint8 }{
		{second, r.second}, {minute, r.minute}, {hours, r.hour},
		{weekday, r.weekday}, {day, r.day}, {month, r.month}, {year, r.year}, {century, r.century},
	} {
		c.write(w.index, w.val)
	}
	c.write(regB, b&^bSet)
	got, err := c.Read()
	if err != nil {
		return err
	}
	if late := got.Sub(t.UTC().Truncate(time.Second)); late < 0 || late > setMost {
		return drivers.Errorf("cmosrtc", "was set to %v and says %v", t.UTC().Format(time.DateTime), got.Format(time.DateTime))
	}
	return nil
}

// setMost is how far the clock may have gone until it is read again: more than any
// interruption.
const setMost = time.Minute
