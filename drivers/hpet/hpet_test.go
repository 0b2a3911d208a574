//go:build !tamago

package hpet

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/hwtimer/hwtimertest"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	base  = 0xfed00000
	input = 19
	perUS = 100 // counts: a period of 10 ns
)

// device is an HPET with three comparators of 64 bits, as they go when they are not
// periodic, and the edge that a controller sees of the last.
type device struct {
	caps, config, count uint64
	timers              [3]struct{ config, comparator uint64 }
	edges               int
	stopped             bool   // the counter
	slow                uint64 // counts that go by with each access
}

func newDevice() device {
	d := device{caps: 10_000_000<<32 | capsWide | 2<<8, count: 1<<64 - 5000}
	for i := range d.timers {
		d.timers[i].config = (1<<input|1<<2)<<timerRoutes | timerWide | timerFSB
		d.timers[i].comparator = ^uint64(0)
	}
	return d
}

// Pass lets the counter go on; a comparator fires when it is met, not when it has passed.
func (d *device) Pass(n uint64) {
	if d.stopped || d.config&configEnable == 0 {
		return
	}
	for i := range d.timers {
		t := &d.timers[i]
		if left := t.comparator - d.count; t.config&timerEnable != 0 && left > 0 && left <= n {
			d.edges++
		}
	}
	d.count += n
}

func (d *device) Strikes() bool {
	n := d.edges
	d.edges = 0
	return n > 0
}

func (d *device) Enabled() bool { return d.timers[2].config&timerEnable != 0 }

func (d *device) Read(addr uintptr, size int) uint64 {
	d.Pass(d.slow)
	switch at := addr - base; {
	case size != 8:
	case at == capabilities:
		return d.caps
	case at == config:
		return d.config
	case at == counter:
		return d.count
	case at >= timers && at < timers+0x60:
		t := &d.timers[(at-timers)/0x20]
		if at%0x20 == 0 {
			return t.config
		}
		return t.comparator
	}
	return 0
}

func (d *device) Write(addr uintptr, size int, val uint64) {
	switch at := addr - base; {
	case size != 8:
	case at == config:
		d.config = val
	case at >= timers && at < timers+0x60:
		t := &d.timers[(at-timers)/0x20]
		if at%0x20 == 0 {
			t.config = t.config&^0x7f4e | val&0x7f4e // the rest cannot be written
		} else {
			t.comparator = val
		}
	}
}

func (d *device) Slow(counts uint64) { d.slow = counts }

func TestTimer(t *testing.T) {
	hwtimertest.Run(t, hwtimertest.Subject{PerUS: perUS, Bits: 64, New: func(t interface{ Fatal(...any) }) (hwtimertest.Device, hwtimertest.Timer) {
		d := newDevice()
		mmio.Fake = &d
		timer := &Timer{Base: base, Index: 2}
		d.slow = 1 // so that the counter is seen to run
		if err := timer.Init(input); err != nil {
			t.Fatal(err)
		}
		d.slow = 0
		return &d, timer
	}})
}

// A device that is not there, that cannot do what is asked, or that does not count, is an
// error and not a wait.
func TestBroken(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(d *device)
	}{
		{"none", "no device at 0xfed00000", func(d *device) { d.caps = 0 }},
		{"open bus", "no device at 0xfed00000", func(d *device) { d.caps = ^uint64(0) }},
		{"32 bits", "the counter has 32 bits", func(d *device) { d.caps &^= capsWide }},
		{"comparator of 32 bits", "comparator 2 has 32 bits", func(d *device) { d.timers[2].config &^= timerWide }},
		{"no such comparator", "no comparator 2: the last is 1", func(d *device) { d.caps &^= 3 << 8; d.caps |= 1 << 8 }},
		{"no route", "cannot interrupt input 19", func(d *device) { d.timers[2].config = timerWide }},
		{"stopped", "stands still", func(d *device) { d.stopped = true }},
	} {
		d, timer := newDevice(), Timer{Base: base, Index: 2}
		d.slow = 1
		mmio.Fake = &d
		c.change(&d)
		if err := timer.Init(input); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
