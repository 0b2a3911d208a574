//go:build !tamago

package hpet

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
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

// pass lets the counter go on; a comparator fires when it is met, not when it has passed.
func (d *device) pass(n uint64) {
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

func (d *device) interrupts() bool {
	n := d.edges
	d.edges = 0
	return n > 0
}

func (d *device) enabled() bool { return d.timers[2].config&timerEnable != 0 }

func (d *device) Read(addr uintptr, size int) uint64 {
	d.pass(d.slow)
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
	b.timer.Index = 2
	b.device.slow = 1 // so that the counter is seen to run
	defer func() { b.device.slow = 0 }()
	if err := b.timer.Init(input); err != nil {
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
	} {
		if err := b.timer.Start(c.delay, c.period); !errors.Is(err, c.want) {
			t.Errorf("%d, %d: %v", c.delay, c.period, err)
		}
	}
	if b.device.enabled() {
		t.Error("interrupts are on")
	}
}

// A device that is not there, that cannot do what is asked, or that does not count, is an
// error and not a wait.
func TestBroken(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(b *bench)
	}{
		{"none", "no device at 0xfed00000", func(b *bench) { b.device.caps = 0 }},
		{"open bus", "no device at 0xfed00000", func(b *bench) { b.device.caps = ^uint64(0) }},
		{"32 bits", "the counter has 32 bits", func(b *bench) { b.device.caps &^= capsWide }},
		{"comparator of 32 bits", "comparator 2 has 32 bits", func(b *bench) { b.device.timers[2].config &^= timerWide }},
		{"no such comparator", "no comparator 2: the last is 1", func(b *bench) { b.device.caps &^= 3 << 8; b.device.caps |= 1 << 8 }},
		{"no route", "cannot interrupt input 19", func(b *bench) { b.device.timers[2].config = timerWide }},
		{"stopped", "stands still", func(b *bench) { b.device.stopped = true }},
	} {
		b := &bench{device: newDevice()}
		b.device.slow = 1
		mmio.Fake = &b.device
		b.timer.Base, b.timer.Index = base, 2
		c.change(b)
		if err := b.timer.Init(input); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
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
