//go:build !tamago

package gpt

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
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

func (d *device) pass(n uint64) {
	if d.stopped || d.cr&(crEnable|crIPG|crFree) != crEnable|crIPG|crFree || d.pr != clock/stepHz-1 {
		return
	}
	if left := uint64(d.ocr1 - d.count); left > 0 && left <= n {
		d.sr |= compare1
	}
	d.count += uint32(n)
}

func (d *device) interrupts() bool {
	if d.sr&d.ir == 0 || d.masked {
		return false
	}
	d.masked = true
	return true
}

func (d *device) enabled() bool { return d.ir != 0 }

func (d *device) Read(addr uintptr, _ int) uint64 {
	d.pass(d.slow)
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

// bench is a timer with its driver on an executor.
type bench struct {
	device device
	timer  Timer
	exec   sched.Executor
	task   task.Task[task.None]
	waker  task.Waker
}

func newBench(t interface{ Fatal(...any) }) *bench {
	b := &bench{device: newDevice()}
	mmio.Fake = &b.device
	b.timer.Base = base
	irq.Controller.Unmask = func(uint32, bool) { b.device.masked = false }
	b.device.slow = 1 // so that the counter is seen to run
	defer func() {
		b.device.slow = 0
		b.device.count = wrap // so that it goes through the end of its range
	}()
	if err := b.timer.Init(clock); err != nil {
		t.Fatal(err)
	}
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.timer, (*Timer).Poll)
	if err != nil {
		t.Fatal(err)
	}
	b.waker = j.Waker()
	b.exec.Tick()
	return b
}

// pass lets counts go by, and then does what the waker layer does.
func (b *bench) pass(counts uint64) {
	b.device.pass(counts)
	b.interrupt()
}

func (b *bench) interrupt() {
	if b.device.interrupts() {
		b.waker.Wake()
	}
	b.exec.Tick()
}

const us = 1000

func TestOnce(t *testing.T) {
	b := newBench(t)
	if err := b.timer.Start(1000*us, 0); err != nil {
		t.Fatal(err)
	}
	b.pass(1000*perUS - 1)
	if n := b.timer.Take(); n != 0 {
		t.Fatalf("%d events before their time", n)
	}
	b.pass(1)
	if n := b.timer.Take(); n != 1 {
		t.Fatalf("%d events", n)
	}
	b.pass(5000 * perUS)
	if n := b.timer.Take(); n != 0 || b.device.enabled() {
		t.Errorf("%d events more, interrupts %v", n, b.device.enabled())
	}
}

// Periods do not drift however late the driver is, and those that it missed are counted.
func TestPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(t)
		delay := rapid.Int64Range(100, 5000).Draw(t, "delay")
		period := rapid.Int64Range(100, 5000).Draw(t, "period")
		if err := b.timer.Start(time.Duration(delay*us), time.Duration(period*us)); err != nil {
			t.Fatal(err)
		}
		elapsed, taken := uint64(0), uint64(0)
		for range 50 {
			step := rapid.Uint64Range(0, 20000*perUS).Draw(t, "step")
			elapsed += step
			b.pass(step)
			taken += uint64(b.timer.Take())
			if b.device.interrupts() {
				t.Fatal("it interrupts again for what has been served")
			}
			want := uint64(0)
			if d, p := uint64(delay)*perUS, uint64(period)*perUS; elapsed >= d {
				want = 1 + (elapsed-d)/p
			}
			if taken != want {
				t.Fatalf("%d events after %d counts, want %d", taken, elapsed, want)
			}
		}
		if events, _ := b.timer.Stat(); events != taken {
			t.Fatalf("%d events, %d taken", events, taken)
		}
	})
}

// An event that passes while the comparator is being set, which the device then does not
// see, is not lost.
func TestPassedMeanwhile(t *testing.T) {
	b := newBench(t)
	b.device.slow = 250 * perUS // counts that go by with each access
	if err := b.timer.Start(200*us, 200*us); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		b.exec.TickN(10)
	}
	if events, _ := b.timer.Stat(); events < 10 {
		t.Errorf("%d events", events)
	}
}

func TestStop(t *testing.T) {
	b := newBench(t)
	if err := b.timer.Start(200*us, 200*us); err != nil {
		t.Fatal(err)
	}
	b.pass(300 * perUS)
	b.timer.Stop()
	b.pass(1000 * perUS)
	if n := b.timer.Take(); n != 0 || b.device.enabled() {
		t.Errorf("%d events after Stop, interrupts %v", n, b.device.enabled())
	}
}

func TestBadTimes(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		delay, period time.Duration
		want          error
	}{
		{0, 0, hwtimer.ErrShort},
		{-1, 0, hwtimer.ErrShort},
		{hwtimer.Min, 1, hwtimer.ErrShort},
		{1 << 62, 0, hwtimer.ErrLong},
		{hwtimer.Min, 1 << 62, hwtimer.ErrLong},
	} {
		if err := b.timer.Start(c.delay, c.period); !errors.Is(err, c.want) {
			t.Errorf("%d, %d: %v", c.delay, c.period, err)
		}
	}
	if b.device.enabled() {
		t.Error("interrupts are on")
	}
}

// A device that does not count, or whose clock is not known, is an error and not a wait.
func TestBroken(t *testing.T) {
	b := &bench{device: newDevice()}
	b.device.slow = 1
	b.device.stopped = true
	mmio.Fake = &b.device
	b.timer.Base = base
	if err := b.timer.Init(clock); err == nil || !strings.Contains(err.Error(), "stands still") {
		t.Errorf("%v", err)
	}
	if err := b.timer.Init(0); err == nil || !strings.Contains(err.Error(), "its clock has 0 Hz") {
		t.Errorf("%v", err)
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBench(t)
	if err := b.timer.Start(200*us, 200*us); err != nil {
		t.Fatal(err)
	}
	taken := uint32(0)
	if n := testing.AllocsPerRun(100, func() {
		b.pass(200 * perUS)
		taken += b.timer.Take()
	}); n != 0 || taken != 101 {
		t.Errorf("%v allocations for %d events", n, taken)
	}
}
