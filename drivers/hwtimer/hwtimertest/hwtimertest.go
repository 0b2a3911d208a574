//go:build !tamago

// Package hwtimertest is what the driver of every hardware timer must do, as tests: the driver's own
// tests bring a model of the device.
//
//	Run --> the driver's new: device and timer
//	 |        Pass(counts) --> the line strikes? --> the driver's task
//	 +------- Start, Take, Stop, Stat
package hwtimertest

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Device is a model of the device.
type Device interface {
	// Pass lets so many counts go by.
	Pass(counts uint64)
	// Slow has so many counts go by with each access to a register.
	Slow(counts uint64)
	// Strikes reports whether the line interrupts now, once for each time.
	Strikes() bool
	// Enabled reports whether the device may interrupt.
	Enabled() bool
}

// Timer is the driver.
type Timer interface {
	Start(delay, period time.Duration) error
	Stop()
	Poll(cx *task.Context) task.Poll
	Take() uint32
	Stat() (events, missed uint64)
}

// Subject is what is tested.
type Subject struct {
	// New returns a device and its driver after Init. It is near the end of the counter's range.
	New func(t interface{ Fatal(...any) }) (Device, Timer)
	// PerUS is how many counts are a microsecond.
	PerUS uint64
	// Bits is the size of the counter: 32 or 64.
	Bits int
}

// Run runs all tests.
func Run(t *testing.T, s Subject) {
	t.Run("once", s.once)
	t.Run("periods", s.periods)
	t.Run("passed meanwhile", s.passedMeanwhile)
	t.Run("stop", s.stop)
	t.Run("bad times", s.badTimes)
	t.Run("no allocation", s.noAllocation)
}

// bench is a timer with its driver on an executor.
type bench struct {
	Device
	timer Timer
	exec  sched.Executor
	task  task.Task[task.None]
	waker task.Waker
}

func (s Subject) bench(t interface{ Fatal(...any) }) *bench {
	b := new(bench)
	b.Device, b.timer = s.New(t)
	j, err := sched.Spawn(&b.exec, &b.task, nil, func(_ *task.None, cx *task.Context) task.Poll { return b.timer.Poll(cx) })
	if err != nil {
		t.Fatal(err)
	}
	b.waker = j.Waker()
	b.exec.Tick()
	return b
}

// pass lets counts go by, and then does what the waker layer does.
func (b *bench) pass(counts uint64) {
	b.Pass(counts)
	if b.Strikes() {
		b.waker.Wake()
	}
	b.exec.Tick()
}

const us = time.Microsecond

func (s Subject) once(t *testing.T) {
	b := s.bench(t)
	if err := b.timer.Start(1000*us, 0); err != nil {
		t.Fatal(err)
	}
	b.pass(1000*s.PerUS - 1)
	if n := b.timer.Take(); n != 0 {
		t.Fatalf("%d events before their time", n)
	}
	b.pass(1)
	if n := b.timer.Take(); n != 1 {
		t.Fatalf("%d events", n)
	}
	b.pass(5000 * s.PerUS)
	if n := b.timer.Take(); n != 0 || b.Enabled() {
		t.Errorf("%d events more, interrupts %v", n, b.Enabled())
	}
}

// Periods do not drift however late the driver is, and those that it missed are counted.
func (s Subject) periods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := s.bench(t)
		delay := rapid.Int64Range(100, 5000).Draw(t, "delay")
		period := rapid.Int64Range(100, 5000).Draw(t, "period")
		if err := b.timer.Start(time.Duration(delay)*us, time.Duration(period)*us); err != nil {
			t.Fatal(err)
		}
		elapsed, taken := uint64(0), uint64(0)
		for range 50 {
			step := rapid.Uint64Range(0, 20000*s.PerUS).Draw(t, "step")
			elapsed += step
			b.pass(step)
			taken += uint64(b.timer.Take())
			if b.Strikes() {
				t.Fatal("it interrupts again for what has been served")
			}
			want := uint64(0)
			if d, p := uint64(delay)*s.PerUS, uint64(period)*s.PerUS; elapsed >= d {
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
func (s Subject) passedMeanwhile(t *testing.T) {
	b := s.bench(t)
	b.Slow(250 * s.PerUS)
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

func (s Subject) stop(t *testing.T) {
	b := s.bench(t)
	if err := b.timer.Start(200*us, 200*us); err != nil {
		t.Fatal(err)
	}
	b.pass(300 * s.PerUS)
	b.timer.Stop()
	b.pass(1000 * s.PerUS)
	if n := b.timer.Take(); n != 0 || b.Enabled() {
		t.Errorf("%d events after Stop, interrupts %v", n, b.Enabled())
	}
}

func (s Subject) badTimes(t *testing.T) {
	b := s.bench(t)
	type badTime struct {
		delay, period time.Duration
		want          error
	}
	cases := []badTime{{0, 0, hwtimer.ErrShort}, {-1, 0, hwtimer.ErrShort}, {hwtimer.Min, 1, hwtimer.ErrShort}}
	if s.Bits == 32 {
		cases = append(cases, badTime{1 << 62, 0, hwtimer.ErrLong}, badTime{hwtimer.Min, 1 << 62, hwtimer.ErrLong})
	}
	for _, c := range cases {
		if err := b.timer.Start(c.delay, c.period); !errors.Is(err, c.want) {
			t.Errorf("%v, %v: %v", c.delay, c.period, err)
		}
	}
	if b.Enabled() {
		t.Error("interrupts are on")
	}
}

func (s Subject) noAllocation(t *testing.T) {
	b := s.bench(t)
	if err := b.timer.Start(200*us, 200*us); err != nil {
		t.Fatal(err)
	}
	taken := uint32(0)
	if n := testing.AllocsPerRun(100, func() {
		b.pass(200 * s.PerUS)
		taken += b.timer.Take()
	}); n != 0 || taken != 101 {
		t.Errorf("%v allocations for %d events", n, taken)
	}
}
