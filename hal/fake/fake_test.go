//go:build !tamago

package fake

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// recorder is a test that may fail.
type recorder struct {
	errors  []string
	cleanup []func()
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.Errorf(f, a...); panic(r) }
func (r *recorder) Cleanup(f func())          { r.cleanup = append(r.cleanup, f) }

// recorded returns what a test that does this is told.
func recorded(test func(m *Machine)) (errors []string) {
	r := new(recorder)
	defer func() {
		if v := recover(); v != nil && v != any(r) {
			panic(v)
		}
		for _, f := range r.cleanup {
			f()
		}
		errors = r.errors
	}()
	test(New(r))
	return nil
}

const base = 0x1000

func TestRegisters(t *testing.T) {
	m := New(t)
	d := m.Device("dev", base, 0x20)
	p := d.Plain("P", 0, 4, 7)
	d.ReadOnly("RO", 4, 2, 0xffff)
	rc := d.ReadToClear("RC", 8, 1, 0xa5)
	wc := d.WriteOneToClear("WC", 12, 4, 0xff)
	f := d.FIFO("F", 16, 8)
	if v := mmio.Read32(base); v != 7 {
		t.Error(v)
	}
	mmio.Write32(base, 9)
	if p.Value != 9 || p.Reads != 1 || p.Writes != 1 {
		t.Errorf("%+v", p)
	}
	if v := mmio.Read16(base + 4); v != 0xffff {
		t.Error(v)
	}
	if a, b := mmio.Read8(base+8), mmio.Read8(base+8); a != 0xa5 || b != 0 || rc.Value != 0 {
		t.Error(a, b)
	}
	mmio.Write32(base+12, 0x0f)
	if v := mmio.Read32(base + 12); v != 0xf0 || wc.Value != 0xf0 {
		t.Errorf("%#x", v)
	}
	f.In = []uint64{1, 2}
	if a, b, c := mmio.Read64(base+16), mmio.Read64(base+16), mmio.Read64(base+16); a != 1 || b != 2 || c != 0 || f.Underruns != 1 {
		t.Error(a, b, c, f.Underruns)
	}
	mmio.Write64(base+16, 5)
	if len(f.Out) != 1 || f.Out[0] != 5 {
		t.Error(f.Out)
	}
}

// What a driver must not do is said in one line.
func TestRefusals(t *testing.T) {
	buf := make([]byte, 64)
	for want, test := range map[string]func(m *Machine){
		"fake: read of 4 bytes at 0x5000, where no device is":                             func(m *Machine) { mmio.Read32(0x5000) },
		"fake: write of 1 byte, 0x3, at 0x1020, where no device is":                       func(m *Machine) { dev(m); mmio.Write8(base+0x20, 3) },
		"dev: read of 4 bytes at offset 0x1c, where no register is":                       func(m *Machine) { dev(m); mmio.Read32(base + 0x1c) },
		"dev: write of 1 byte of P, which has 4 bytes":                                    func(m *Machine) { dev(m); mmio.Write8(base, 1) },
		"dev: write of 0x1 to RO, which is read-only":                                     func(m *Machine) { dev(m); mmio.Write32(base+4, 1) },
		"dev: step 2 of the script is a read of RO; there was a read of P":                func(m *Machine) { script(m); mmio.Write32(base, 3); mmio.Read32(base) },
		"dev: step 1 of the script is a write of 0x3 to P; there was a write of 0x4 to P": func(m *Machine) { script(m); mmio.Write32(base, 4) },
		"dev: 1 steps of the script never came; the next is a read of RO":                 func(m *Machine) { script(m); mmio.Write32(base, 3) },
		"fake: a device is told to use 2 bytes at":                                        func(m *Machine) { m.Bus(m.Share(buf)+63, 2) },
		"fake: the tasks do not come to rest: 100000 polls, and one is ready still": func(m *Machine) {
			Spawn(m, "restless", func(_ *task.None, cx *task.Context) task.Poll { cx.Waker().Wake(); return task.Pending })
		},
		"fake: task": func(m *Machine) {
			Result(m, Spawn(m, "waits", func(*task.None, *task.Context) task.Poll { return task.Pending }))
		},
	} {
		if got := recorded(test); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func dev(m *Machine) *Device {
	d := m.Device("dev", base, 0x20)
	d.Plain("P", 0, 4, 0)
	d.ReadOnly("RO", 4, 4, 1)
	return d
}

func script(m *Machine) *Device {
	d := dev(m)
	d.Expect(Write("P", 3), Read("RO", 0x80))
	return d
}

func TestScript(t *testing.T) {
	if errors := recorded(func(m *Machine) {
		script(m)
		mmio.Write32(base, 3)
		if v := mmio.Read32(base + 4); v != 0x80 {
			t.Errorf("%#x", v)
		}
		if v := mmio.Read32(base + 4); v != 1 {
			t.Errorf("after the script: %#x", v)
		}
	}); len(errors) != 0 {
		t.Error(errors)
	}
}

// waiter is a task that counts its polls and unmasks its line in each.
func waiter(m *Machine, n uint32, trigger irq.Trigger, served func()) (polls *int) {
	polls = new(int)
	j := Spawn(m, "waiter", func(*task.None, *task.Context) task.Poll {
		if *polls++; served != nil {
			served()
		}
		irq.Unmask(n)
		return task.Pending
	})
	*polls = 0
	irq.Register(n, "waiter", trigger, j.Waker())
	m.Run()
	return polls
}

func TestLines(t *testing.T) {
	m := New(t)
	l := m.Line(40)
	polls := waiter(m, 40, irq.Edge, nil)
	for n := 1; n <= 3; n++ {
		if l.Pulse(); *polls != n-1 {
			t.Error("polled before the machine runs")
		}
		if m.Run(); *polls != n || l.Delivered != n {
			t.Errorf("%d polls, %d interrupts of %d edges", *polls, l.Delivered, n)
		}
	}
	l.Set(true)
	m.Run()
	m.Run()
	if *polls != 4 {
		t.Errorf("an edge that stays: %d polls", *polls)
	}

	// A level stays until the device is served: here, by the third poll.
	d := dev(m)
	status := d.WriteOneToClear("S", 8, 4, 0)
	k := m.Line(41)
	k.Follow(func() bool { return status.Value != 0 })
	served := 0
	polls = waiter(m, 41, irq.Level, func() {
		if served++; served == 4 { // the first is the spawn's
			mmio.Write32(base+8, 1)
		}
	})
	status.Value = 1
	if m.Run(); *polls != 3 || k.Delivered != 3 || k.Masked() {
		t.Errorf("a level: %d polls, %d interrupts, masked %v", *polls, k.Delivered, k.Masked())
	}

	// What a task does to a device is seen as well.
	served = 0
	Spawn(m, "neighbour", func(*task.None, *task.Context) task.Poll { status.Value = 1; served = 3; return task.Ready })
	if k.Delivered != 4 {
		t.Errorf("%d interrupts", k.Delivered)
	}
}

// Masked, an edge is remembered and a level that has gone is not.
func TestMaskedLines(t *testing.T) {
	m := New(t)
	edge, level := m.Line(40), m.Line(41)
	edge.Pulse()
	level.Pulse()
	if edge.Delivered+level.Delivered != 0 {
		t.Error("delivered while masked")
	}
	irq.Register(40, "", irq.Edge, task.Waker{})
	irq.Register(41, "", irq.Level, task.Waker{})
	irq.Unmask(40)
	irq.Unmask(41)
	if edge.Delivered != 1 || level.Delivered != 0 {
		t.Errorf("delivered %d and %d", edge.Delivered, level.Delivered)
	}
}

// A driver that leaves its line masked fails the test without more: the machine sees that the
// device interrupts, and that the task waits.
func TestLineLeftMasked(t *testing.T) {
	const want = "fake: line 41 interrupts and has stayed masked, while its task waits"
	type rig struct {
		*Machine
		task.JoinHandle[task.None]
	}
	for name, c := range map[string]struct {
		unmasks int // of 2 polls
		then    func(r rig)
		want    string
	}{
		"right":                   {2, func(rig) {}, ""},
		"never unmasked":          {0, func(rig) {}, want},
		"unmasked once":           {1, func(rig) {}, want},
		"nothing interrupts":      {0, func(r rig) { r.Line(41).Set(false) }, ""},
		"a driver that has ended": {0, func(r rig) { r.Cancel(); r.Run() }, ""},
		"and is right to":         {0, func(r rig) { r.Line(41).MayWait() }, ""},
	} {
		got := recorded(func(m *Machine) {
			l := m.Line(41)
			polls := -1 // the spawn's is none of them
			j := Spawn(m, "driver", func(*task.None, *task.Context) task.Poll {
				if polls++; polls > 0 {
					l.Set(false)
				}
				if polls > 0 && polls <= c.unmasks {
					irq.Unmask(41)
				}
				return task.Pending
			})
			irq.Register(41, "driver", irq.Level, j.Waker())
			irq.Unmask(41)
			for range 2 {
				l.Set(true)
				m.Run()
			}
			l.Set(polls < 2 || c.unmasks < 2)
			m.Run()
			c.then(rig{m, j})
		})
		if c.want == "" && len(got) != 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// What the machine has not been run for is no driver's fault.
	if got := recorded(func(m *Machine) {
		waiter(m, 41, irq.Level, nil)
		m.Line(41).Set(true)
	}); len(got) != 0 {
		t.Errorf("not run: %q", got)
	}
}

// Time goes from event to event, in order, and tasks see each.
func TestTime(t *testing.T) {
	m := New(t)
	began := m.Now()
	var log []string
	note := func(what string) { log = append(log, fmt.Sprint(what, " ", platform.Now()-began)) }
	j := Spawn(m, "sleeper", coro.Func(func(c *coro.Ctx) error {
		for range 3 {
			c.Sleep(100)
			note("slept")
		}
		return timer.ErrTimeout
	}))
	m.After(150, func() { note("second"); m.After(0, func() { note("at once") }) })
	m.After(150, func() { note("third") })
	m.After(50, func() { note("first") })
	m.Advance(299)
	if j.Done() {
		t.Fatal("over too soon")
	}
	m.Advance(1)
	if out, err := Result(m, j); out != timer.ErrTimeout || err != nil {
		t.Error(out, err)
	}
	want := "[first 50 slept 100 second 150 third 150 at once 150 slept 200 slept 300]"
	if got := fmt.Sprint(log); got != want || m.Now() != began+300 {
		t.Errorf("%s at %d, want %s", got, m.Now()-began, want)
	}
	if m.alarmNS != math.MaxInt64 {
		t.Error("an alarm is left")
	}
}

// A new machine knows nothing of the one before.
func TestNextMachine(t *testing.T) {
	var ended task.JoinHandle[error]
	recorded(func(m *Machine) {
		ended = Spawn(m, "left", coro.Func(func(c *coro.Ctx) error { c.Sleep(1e6); return nil }))
		m.Line(40).Set(true)
		m.Advance(1000)
	})
	m := New(t)
	if _, err := Result(m, ended); err != task.ErrShutdown {
		t.Errorf("the task of the machine before: %v", err)
	}
	woke := false
	Spawn(m, "sleeper", coro.Func(func(c *coro.Ctx) error { c.Sleep(1e5); woke = true; return nil }))
	m.Advance(1e5 - 1)
	if woke {
		t.Error("too soon")
	}
	if m.Advance(1); !woke {
		t.Error("not woken")
	}
}

func TestBus(t *testing.T) {
	m := New(t)
	buf := make([]byte, 64)
	addr := m.Share(buf)
	copy(m.Bus(addr+60, 4), "data")
	if string(buf[60:]) != "data" {
		t.Errorf("%q", buf[60:])
	}
	if n := len(m.Bus(addr+64, 0)); n != 0 {
		t.Error(n)
	}
}

// A poll that waits in a loop for what never comes ends, and the test is told where.
func TestEndlessLoop(t *testing.T) {
	errors := recorded(func(m *Machine) {
		m.Device("dev", base, 4).Plain("STATUS", 0, 4, 1)
		Spawn(m, "stuck", func(*task.None, *task.Context) task.Poll {
			for mmio.Read32(base)&1 != 0 {
			}
			return task.Pending
		})
	})
	if len(errors) != 1 || !strings.Contains(errors[0], "accesses in one poll, the last at 0x1000") {
		t.Errorf("%q", errors)
	}
}

// Two devices on one pin: each interrupt wakes both tasks, and the line is masked until both
// have looked.
func TestSharedLine(t *testing.T) {
	const n = 77
	m := New(t)
	type device struct {
		status *Reg
		id     uint32
		served int
	}
	var devices [2]device
	for i := range devices {
		d := &devices[i]
		d.status = m.Device(fmt.Sprint("dev", i), base*uintptr(i+1), 4).WriteOneToClear("STATUS", 0, 4, 0)
		j := Spawn(m, "driver", func(*task.None, *task.Context) task.Poll {
			if at := base * uintptr(i+1); mmio.Read32(at) != 0 {
				mmio.Write32(at, 1)
				d.served++
			}
			irq.Unmask(d.id)
			return task.Pending
		})
		var err error
		if d.id, err = irq.Share(n, "driver", j.Waker()); err != nil {
			t.Fatal(err)
		}
		irq.Unmask(d.id)
	}
	m.Line(n).Follow(func() bool { return devices[0].status.Value|devices[1].status.Value != 0 })
	for round := 1; round <= 3; round++ {
		devices[0].status.Value, devices[1].status.Value = 1, uint64(round&1)
		m.Run()
	}
	if devices[0].served != 3 || devices[1].served != 2 || m.Line(n).Masked() || m.Line(n).Delivered != 3 {
		t.Errorf("served %d and %d, masked %v, %d interrupts", devices[0].served, devices[1].served, m.Line(n).Masked(), m.Line(n).Delivered)
	}
}
