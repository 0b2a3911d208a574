//go:build !tamago

package cmosrtc

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const port = 0x70

// device is an MC146818: time goes on by a microsecond with each access. An update takes
// 1,984 us and begins 244 us after UIP is set; while it lasts the registers hold nonsense.
type device struct {
	us    int64 // since start
	start time.Time
	b, c  uint8
	index uint8
	held  registers // as they were set, while SET is on
	line  bool
	edges int

	stuck, dead, forgets bool
	broken               map[uint8]uint8 // registers that hold this
}

const (
	announceUS = 244
	updateUS   = 1984
)

func newDevice(at time.Time, format uint8) *device {
	return &device{start: at.Truncate(time.Second), us: at.Sub(at.Truncate(time.Second)).Microseconds(), b: format}
}

func (d *device) now() time.Time { return d.start.Add(time.Duration(d.us) * time.Microsecond) }

func (d *device) pass(us int64) {
	for ; us > 0; us-- {
		d.us++
		if d.b&bSet == 0 && d.us%1e6 == updateUS { // an update has ended
			d.c |= cUpdated
			d.update()
		}
	}
}

func (d *device) update() {
	line := d.c&cUpdated != 0 && d.b&bUpdate != 0
	if line && !d.line {
		d.edges++
	}
	d.line = line
}

// updating says whether UIP is set, and whether the registers are being changed.
func (d *device) updating() (announced, now bool) {
	at := d.us % 1e6
	now = d.b&bSet == 0 && at < updateUS
	return d.b&bSet == 0 && (now || at >= 1e6-announceUS), now
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	d.pass(1)
	if addr != port+1 || d.dead {
		return 0xff
	}
	if v, ok := d.broken[d.index]; ok {
		return uint64(v)
	}
	announced, updating := d.updating()
	r := d.held
	if d.b&bSet == 0 {
		// The update brings the registers to the second that has begun.
		r, _ = encode(d.now().Add(-updateUS*time.Microsecond), d.b)
	}
	switch d.index {
	case regA:
		if announced || d.stuck {
			return aUpdating
		}
		return 0
	case regB:
		return uint64(d.b)
	case regC:
		v := d.c
		d.c = 0
		d.update()
		return uint64(v)
	case regD:
		return dValid
	}
	if updating {
		return uint64(d.us*7) & 0xff
	}
	return uint64(*d.register(&r))
}

func (d *device) register(r *registers) *uint8 {
	return map[uint8]*uint8{second: &r.second, minute: &r.minute, hours: &r.hour, weekday: &r.weekday,
		day: &r.day, month: &r.month, year: &r.year, century: &r.century}[d.index]
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	d.pass(1)
	v := uint8(val)
	if addr == port {
		d.index = v
		return
	}
	switch d.index {
	case regB:
		if v&bSet != 0 && d.b&bSet == 0 {
			d.held, _ = encode(d.now(), d.b)
		}
		if v&bSet == 0 && d.b&bSet != 0 && !d.forgets {
			d.held.format = v & bFormat
			d.start, _ = d.held.decode()
			d.us = updateUS // it begins with the second
		}
		d.b = v
		d.update()
	case regA, regC, regD:
	default:
		if d.b&bSet != 0 {
			*d.register(&d.held) = v
		}
	}
}

// Whenever it is read, in whatever format, the date is that of the second, or of the one
// before whose update has not ended.
func TestRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.OneOf(rapid.Int64Range(0, 999_999), rapid.Int64Range(0, 3000), rapid.Int64Range(999_000, 999_999)).Draw(t, "us")
		at := drawTime(t)
		if at.Year() == yearMost || at.Year() == yearLeast {
			t.Skip("the clock goes on past the end")
		}
		d := newDevice(at.Add(time.Duration(us)*time.Microsecond), rapid.SampledFrom(formats).Draw(t, "format"))
		mmio.Fake = d
		c := Clock{Port: port}
		before := d.now()
		got, err := c.Read()
		if err != nil {
			t.Fatal(err)
		}
		if got.Before(before.Add(-updateUS*time.Microsecond).Truncate(time.Second)) || got.After(d.now()) {
			t.Fatalf("read %v between %v and %v", got, before, d.now())
		}
	})
}

func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(formats).Draw(t, "format")
		d := newDevice(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), f)
		mmio.Fake = d
		c := Clock{Port: port}
		want := drawTime(t)
		if err := c.Set(want); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Read(); err != nil || !got.Equal(want) {
			t.Fatalf("set %v, read %v, %v", want, got, err)
		}
		if d.b != f {
			t.Fatalf("register B was %#x and is %#x", f, d.b)
		}
	})
}

// What is wrong with the device is an error that says so, and not a wait.
func TestBroken(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 5e8, time.UTC)
	for _, x := range []struct {
		name, want string
		change     func(d *device)
	}{
		{"open bus", "does not end", func(d *device) { d.dead = true }},
		{"update without end", "does not end", func(d *device) { d.stuck = true }},
		{"no supply", "the supply has failed", func(d *device) { d.broken = map[uint8]uint8{regD: 0} }},
		{"month 13", "month (register 0x08) hold 0x13", func(d *device) { d.broken = map[uint8]uint8{month: 0x13} }},
		{"no BCD", "seconds (register 0x00) hold 0x1a", func(d *device) { d.broken = map[uint8]uint8{second: 0x1a} }},
		{"31 November", "holds 31, a day that month 11 of 2026 does not have", func(d *device) { d.broken = map[uint8]uint8{day: 0x31} }},
	} {
		d := newDevice(at, b24)
		x.change(d)
		mmio.Fake = d
		if got, err := (&Clock{Port: port}).Read(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, %v", x.name, got, err)
		}
	}
	d := newDevice(at, b24)
	d.forgets = true
	mmio.Fake = d
	if err := (&Clock{Port: port}).Set(at.AddDate(1, 0, 0)); err == nil || !strings.Contains(err.Error(), "was set to 2027-11-23 12:00:00 and says") {
		t.Errorf("a clock that cannot be set: %v", err)
	}
	d.dead = true
	if err := (&Clock{Port: port}).Set(at); !errors.Is(err, ErrBusy) {
		t.Errorf("no clock: %v", err)
	}
}

// One event for each update, and none when they are off.
func TestUpdates(t *testing.T) {
	d := newDevice(time.Date(2026, 11, 23, 12, 0, 0, 5e8, time.UTC), b24)
	mmio.Fake = d
	c := &Clock{Port: port}
	var exec sched.Executor
	var tk task.Task[task.None]
	j, err := sched.SpawnMethod(&exec, &tk, nil, c, (*Clock).Poll)
	if err != nil {
		t.Fatal(err)
	}
	exec.Tick()
	run := func() {
		d.pass(1e6)
		if d.edges > 0 {
			d.edges = 0
			j.Waker().Wake()
		}
		exec.Tick()
	}
	run()
	if n := c.Take(); n != 0 {
		t.Errorf("%d events while they are off", n)
	}
	c.Updates(true)
	for range 5 {
		run()
		if n := c.Take(); n != 1 {
			t.Errorf("%d events after a second", n)
		}
		if _, updating := d.updating(); updating {
			t.Error("the registers are being changed")
		}
	}
	run()
	run()
	if n := c.Take(); n != 2 {
		t.Errorf("%d events after two seconds", n)
	}
	if _, missed := c.Stat(); missed != 1 {
		t.Errorf("%d missed", missed)
	}
	c.Updates(false)
	run()
	if n := c.Take(); n != 0 || d.b != b24 {
		t.Errorf("%d events, register B %#x", n, d.b)
	}
}
