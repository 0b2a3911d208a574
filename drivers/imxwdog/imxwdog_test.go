//go:build !tamago

package imxwdog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const base = 0x20bc000

// device is a WDOG: its enable bit can be set once.
type device struct {
	wcr, wsr, wrsr uint16
	fed            int
	ignores        bool
}

func (d *device) Read(addr uintptr, size int) uint64 {
	switch {
	case size != 2:
	case addr == base+wcr:
		return uint64(d.wcr)
	case addr == base+wrsr:
		return uint64(d.wrsr)
	}
	return 0
}

func (d *device) Write(addr uintptr, size int, val uint64) {
	switch {
	case size != 2 || d.ignores:
	case addr == base+wcr:
		d.wcr = uint16(val) | d.wcr&wcrEnable
	case addr == base+wsr:
		if d.wsr == service1 && val == service2 {
			d.fed++
		}
		d.wsr = uint16(val)
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct{ ask, get time.Duration }{
		{1e9, 1e9}, {1e9 + 1, 15e8}, {15e8, 15e8}, {10e9, 10e9}, {128e9, 128e9},
	} {
		d := &device{wcr: wcrNormal}
		mmio.Fake = d
		got, err := Dog{base}.Start(c.ask)
		if err != nil || got != c.get {
			t.Errorf("%d: %d, %v", c.ask, got, err)
		}
		if held := (time.Duration(d.wcr>>wcrTime) + 1) * unit; held != c.get || d.wcr&(wcrEnable|wcrNormal) != wcrEnable|wcrNormal || d.fed != 1 {
			t.Errorf("%d: the register holds %#x, fed %d times", c.ask, d.wcr, d.fed)
		}
	}
	for _, ns := range []time.Duration{-1, 0, 1e9 - 1, 128e9 + 1} {
		d := &device{wcr: wcrNormal}
		mmio.Fake = d
		if got, err := (Dog{base}).Start(ns); !errors.As(err, new(watchdog.RangeError)) || d.wcr != wcrNormal {
			t.Errorf("%d: %d, %v; the register holds %#x", ns, got, err, d.wcr)
		}
	}
}

func TestErrors(t *testing.T) {
	d := &device{wcr: wcrNormal | wcrEnable}
	mmio.Fake = d
	if _, err := (Dog{base}).Start(5e9); !errors.Is(err, watchdog.ErrRunning) {
		t.Errorf("one that runs: %v", err)
	}
	if err := (Dog{base}).Stop(); !errors.Is(err, watchdog.ErrNoStop) {
		t.Errorf("Stop: %v", err)
	}
	mmio.Fake = &device{ignores: true}
	if _, err := (Dog{base}).Start(5e9); err == nil || !strings.Contains(err.Error(), "WCR (0x00) was set to 0x0934 and reads 0x0000") {
		t.Errorf("one that is not there: %v", err)
	}
	mmio.Fake = &device{wrsr: wrsrTime}
	if !(Dog{base}).Bitten() {
		t.Error("it has bitten, and does not say so")
	}
}
