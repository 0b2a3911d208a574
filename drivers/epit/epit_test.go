//go:build !tamago

package epit

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/hwtimer/hwtimertest"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
)

const (
	base  = 0x20d0000
	clock = 66e6
	perUS = 1
	wrap  = 5000
)

// device is an EPIT: a counter down, that goes on at a compare, and a line that is asserted
// while the status says so, and masked on delivery.
type device struct {
	cr, sr, lr, cmpr uint32
	count            uint32
	masked           bool
	stopped          bool   // the counter
	slow             uint64 // counts that go by with each access
}

func newDevice() device { return device{cr: 5, sr: 1, cmpr: 7, lr: 9} }

func (d *device) Pass(n uint64) {
	if d.stopped || d.cr&(crEnable|crIPG) != crEnable|crIPG || d.cr>>crPrescale&0xfff != clock/stepHz-1 {
		return
	}
	if left := uint64(d.count - d.cmpr); left > 0 && left <= n {
		d.sr |= srCompare
	}
	d.count -= uint32(n)
}

func (d *device) Strikes() bool {
	if d.sr == 0 || !d.Enabled() || d.masked {
		return false
	}
	d.masked = true
	return true
}

func (d *device) Enabled() bool { return d.cr&crInterrupt != 0 }

func (d *device) Read(addr uintptr, _ int) uint64 {
	d.Pass(d.slow)
	if addr-base == cnr {
		return uint64(d.count)
	}
	return 0
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	v := uint32(val)
	switch addr - base {
	case cr:
		if v&crEnable != 0 && d.cr&crEnable == 0 && v&crRestart != 0 {
			d.count = ^uint32(0)
		}
		d.cr = v
	case sr:
		d.sr &^= v
	case lr:
		d.lr = v
	case cmpr:
		d.cmpr = v
	}
}

func (d *device) Slow(counts uint64) { d.slow = counts }

func TestTimer(t *testing.T) {
	hwtimertest.Run(t, hwtimertest.Subject{PerUS: perUS, Bits: 32, New: func(t interface{ Fatal(...any) }) (hwtimertest.Device, hwtimertest.Timer) {
		d := newDevice()
		mmio.Fake = &d
		irq.Controller.Unmask = func(uint32, bool) { d.masked = false }
		timer := &Timer{Base: base}
		d.slow = 1 // so that the counter is seen to run
		if err := timer.Init(clock); err != nil {
			t.Fatal(err)
		}
		d.slow = 0
		d.count = wrap // so that it goes through the end of its range
		return &d, timer
	}})
}

// A device that does not count, or whose clock is not known, is an error and not a wait.
func TestBroken(t *testing.T) {
	d, timer := newDevice(), Timer{Base: base}
	d.slow = 1
	d.stopped = true
	mmio.Fake = &d
	if err := timer.Init(clock); err == nil || !strings.Contains(err.Error(), "stands still") {
		t.Errorf("%v", err)
	}
	if err := timer.Init(0); err == nil || !strings.Contains(err.Error(), "its clock has 0 Hz") {
		t.Errorf("%v", err)
	}
}
