// Package snvs drives the real-time clock of NXP i.MX chips, in their secure non-volatile
// storage: a counter of 47 bits at 32,768 Hz that a battery keeps going. By the custom of
// other systems, which this one keeps, it holds the time since 1970 in UTC.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter
// 46: 46.7, SNVS_LP registers.
package snvs

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Registers, as offsets.
const (
	lpcr  = 0x38 // control
	srtcH = 0x50 // LPSRTCMR: bits 46 to 32
	srtcL = 0x54 // LPSRTCLR

	lpcrEnable = 1 << 0 // SRTC_ENV

	hz        = 32768
	countBits = 47

	// A change of the enable bit takes some cycles of the slow clock, of 30 us each; a
	// reading of a register takes a tenth of a microsecond and more.
	triesMax = 1 << 16
)

// ErrStopped says that the counter is not enabled: the date must be set.
var ErrStopped = drivers.Errorf("snvs", "the clock does not run (LPCR, SRTC_ENV): the date must be set")

// Clock is the clock. Its counter and its enable bit are in the slow clock's domain, and
// changes arrive there late.
type Clock struct {
	Base uintptr // address of the first register
}

// Read returns the date, in UTC. [ErrStopped], or that the counter could not be read.
// Thread level.
func (c Clock) Read() (time.Time, error) {
	if mmio.Read32(c.Base+lpcr)&lpcrEnable == 0 {
		return time.Time{}, ErrStopped
	}
	n, err := c.counter()
	return fromCount(n), err
}

// counter reads the two halves until two readings agree, but for the lowest bit, which
// may change in between.
func (c Clock) counter() (uint64, error) {
	last := c.once()
	for range triesMax {
		n := c.once()
		if n-last <= 1 {
			return n, nil
		}
		last = n
	}
	return 0, drivers.Errorf("snvs", "the counter (LPSRTCMR, LPSRTCLR) does not stand still: %#x", last)
}

func (c Clock) once() uint64 {
	return uint64(mmio.Read32(c.Base+srtcH))<<32&(1<<countBits-1) | uint64(mmio.Read32(c.Base+srtcL))
}

// Set sets the date. The error is that of a date that the counter cannot hold, or says
// that the clock does not take what is written. Thread level.
func (c Clock) Set(t time.Time) error {
	n, err := toCount(t)
	if err != nil {
		return err
	}
	if err := c.enable(false); err != nil {
		return err
	}
	mmio.Write32(c.Base+srtcH, uint32(n>>32))
	mmio.Write32(c.Base+srtcL, uint32(n))
	if err := c.enable(true); err != nil {
		return err
	}
	got, err := c.counter()
	if err != nil {
		return err
	}
	if got-n > setMost*hz {
		return drivers.Errorf("snvs", "the counter was set to %#x and says %#x", n, got)
	}
	return nil
}

// setMost is how far the clock may have gone until it is read again, in seconds: more than
// any interruption.
const setMost = 60

// enable starts or stops the counter, and waits until it has.
func (c Clock) enable(on bool) error {
	want := uint32(0)
	if on {
		want = lpcrEnable
	}
	mmio.Write32(c.Base+lpcr, mmio.Read32(c.Base+lpcr)&^lpcrEnable|want)
	for range triesMax {
		if mmio.Read32(c.Base+lpcr)&lpcrEnable == want {
			return nil
		}
	}
	return drivers.Errorf("snvs", "LPCR (%#x) does not take SRTC_ENV = %d", lpcr, want)
}

func fromCount(n uint64) time.Time {
	return time.Unix(int64(n/hz), int64(n%hz)*1e9/hz).UTC()
}

// toCount rounds up, as fromCount rounds down: so a count is a time and the same count.
func toCount(t time.Time) (uint64, error) {
	s := t.Unix()
	if s < 0 || s >= 1<<countBits/hz {
		return 0, drivers.Errorf("snvs", "%s cannot be set: 1970 to %d", t.UTC().Format(time.DateTime), fromCount(1<<countBits-1).Year())
	}
	return min(uint64(s)*hz+(uint64(t.Nanosecond())*hz+1e9-1)/1e9, 1<<countBits-1), nil
}
