//go:build !tamago

package gpt

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/hwtimer/hwtimertest"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
)

const (
	base  = 0x2098000
	clock = 66e6
	perUS = 1
	wrap  = 1<<32 - 5000
)

// device is a GPT: a counter that goes on at a compare, and a line that is asserted while
// the status says so, and masked on delivery.
type device struct {
	cr, pr, sr, ir, ocr1 uint32
	count                uint32
	masked               bool
	stopped              bool   // the counter
	slow                 uint64 // counts that go by with each access
}

func newDevice() device { return device{cr: 1, pr: 7, ir: 0x3f, sr: 0x3f, ocr1: ^uint32(0)} }

func (d *device) Pass(n uint64) {
	if d.stopped || d.cr&(crEnable|crIPG|crFree) != crEnable|crIPG|crFree || d.pr != clock/stepHz-1 {
		return
	}
	if left := uint64(d.ocr1 - d.count); left > 0 && left <= n {
		d.sr |= compare1
	}
	d.count += uint32(n)
}

func (d *device) Strikes() bool {
	if d.sr&d.ir == 0 || d.masked {
		return false
	}
	d.masked = true
	return true
}

func (d *device) Enabled() bool { return d.ir != 0 }

func (d *device) Read(addr uintptr, _ int) uint64 {
	d.Pass(d.slow)
	if addr-base == cnt {
		return uint64(d.count)
	}
	return 0
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	v := uint32(val)
	switch addr - base {
	case cr:
		if v&crEnable != 0 && d.cr&crEnable == 0 && v&crRestart != 0 {
			d.count = 0
		}
		d.cr = v
	case pr:
		d.pr = v
	case sr:
		d.sr &^= v
	case ir:
		d.ir = v
	case ocr1:
		d.ocr1 = v
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
