//go:build !tamago

package edu

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/hal/fake"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	base   = 0xfebf0000
	intx   = 43
	tookNS = 1e6 // ns that the device takes
)

// device is an edu device as its specification says. silent makes it forget what it is asked.
type device struct {
	*fake.Machine
	id, liveness, fact, status, intStatus *fake.Reg
	silent                                bool
}

func newDevice(m *fake.Machine) *device {
	d := &device{Machine: m}
	regs := m.Device("edu0", base, Size)
	d.id = regs.ReadOnly("ID", id, 4, 0x010000ed)
	d.liveness = regs.Plain("LIVENESS", liveness, 4, 0)
	d.liveness.OnWrite = func(v uint64) { d.liveness.Value = uint64(^uint32(v)) }
	d.fact = regs.Plain("FACT", fact, 4, 0)
	d.fact.OnWrite = d.compute
	d.status = regs.Plain("STATUS", status, 4, 0)
	d.status.OnWrite = func(v uint64) { d.status.Value = d.status.Value&statusComputing | v&statusInterrupt }
	d.intStatus = regs.ReadOnly("INTSTATUS", intStatus, 4, 0)
	regs.Plain("INTACK", intAck, 4, 0).OnWrite = func(v uint64) { d.intStatus.Value &^= v }
	m.Line(intx).Follow(func() bool { return d.intStatus.Value != 0 })
	return d
}

// compute is what a write of FACT begins, unless it was begun before.
func (d *device) compute(n uint64) {
	if d.silent || d.status.Value&statusComputing != 0 {
		return
	}
	d.status.Value |= statusComputing
	d.After(tookNS, func() {
		d.status.Value &^= statusComputing
		d.fact.Value = uint64(factorial(uint32(n)))
		if d.status.Value&statusInterrupt != 0 {
			d.intStatus.Value |= intFactorial
		}
	})
}

func factorial(n uint32) uint32 {
	result := uint32(1)
	for ; n > 1; n-- {
		result *= n
	}
	return result
}

// asker is what the tests need of either driver.
type asker interface {
	Factorial(c *coro.Ctx, n uint32) (uint32, error)
}

// drive starts a driver and returns what makes users of it.
type drive func(t *testing.T, m *fake.Machine) (user func() asker)

func straight(t *testing.T, m *fake.Machine) func() asker {
	d := &Device{Name: "edu0", Base: base, Line: intx}
	d.Init()
	var place task.Task[error]
	s := &supervisor.Supervisor[error]{Start: func(*coro.Ctx) (task.JoinHandle[error], error) {
		return spawn(m, &place, coro.Func(d.Serve))
	}}
	s.Name = d.Name
	fake.Spawn(m, "supervisor", coro.Func(s.Run))
	return func() asker { return &User{Device: d, Life: supervisor.User{Status: &s.Status}} }
}

func realtime(t *testing.T, m *fake.Machine) func() asker {
	d := &Realtime{Name: "edu0", Base: base, Line: intx}
	if err := d.Start(fake.SpawnMethod(m, d.Name, d, (*Realtime).Poll).Waker()); err != nil {
		t.Fatal(err)
	}
	return func() asker { return &RealtimeUser{Device: d} }
}

func both(t *testing.T, test func(t *testing.T, drive drive)) {
	t.Run("coro-line", func(t *testing.T) { test(t, straight) })
	t.Run("poll function", func(t *testing.T) { test(t, realtime) })
}

// asks starts a task that asks, and notes what it is told.
type told struct {
	task.JoinHandle[error]
	results []uint32
}

func asks(m *fake.Machine, user asker, numbers ...uint32) *told {
	got := new(told)
	got.JoinHandle = fake.Spawn(m, "user", coro.Func(func(c *coro.Ctx) error {
		for _, n := range numbers {
			r, err := user.Factorial(c, n)
			if err != nil {
				return err
			}
			got.results = append(got.results, r)
		}
		return nil
	}))
	return got
}

// want fails the test unless all was answered.
func (got *told) want(t *testing.T, m *fake.Machine, numbers ...uint32) {
	t.Helper()
	if out, err := fake.Result(m, got.JoinHandle); out != nil || err != nil || len(got.results) != len(numbers) {
		t.Fatalf("%v, %v; %d answers of %d", out, err, len(got.results), len(numbers))
	}
	for i, n := range numbers {
		if got.results[i] != factorial(n) {
			t.Errorf("%d! is not %d", n, got.results[i])
		}
	}
}

func TestFactorial(t *testing.T) {
	both(t, func(t *testing.T, drive drive) {
		m := fake.New(t)
		newDevice(m)
		user := drive(t, m)
		first, second := asks(m, user(), 0, 5, 12), asks(m, user(), 7, 8, 13)
		m.Advance(2 * tookNS)
		if len(first.results) != 1 || len(second.results) != 1 {
			t.Errorf("%d and %d answers after two: not in turn", len(first.results), len(second.results))
		}
		m.Advance(4 * tookNS)
		first.want(t, m, 0, 5, 12)
		second.want(t, m, 7, 8, 13)
		if l := m.Line(intx); l.Delivered != 6 || l.Masked() {
			t.Errorf("%d interrupts for 6 numbers, masked %v", l.Delivered, l.Masked())
		}
	})
}

// The answer for a user that was cancelled is not the next one's.
func TestCancelledUser(t *testing.T) {
	both(t, func(t *testing.T, drive drive) {
		m := fake.New(t)
		newDevice(m)
		user := drive(t, m)
		first := asks(m, user(), 3)
		m.Advance(tookNS / 2)
		first.Cancel()
		second := asks(m, user(), 5)
		m.Advance(2 * tookNS)
		second.want(t, m, 5)
	})
}

// A device that does not answer is an error that names it, in time, and not for ever.
func TestSilence(t *testing.T) {
	both(t, func(t *testing.T, drive drive) {
		m := fake.New(t)
		d := newDevice(m)
		user := drive(t, m)
		d.silent = true
		got := asks(m, user(), 3)
		m.Advance(timeoutNS - 1)
		if got.Done() {
			t.Fatal("too soon")
		}
		m.Advance(1)
		out, err := fake.Result(m, got.JoinHandle)
		var e *drivers.Error
		if err != nil || !errors.As(out, &e) || e.Device != "edu0" || !errors.Is(out, drivers.ErrTimeout) {
			t.Errorf("%v, %v", out, err)
		}
	})
}

// After that the straight-line driver is started again, and works with a device that does.
func TestRestart(t *testing.T) {
	m := fake.New(t)
	d := newDevice(m)
	user := straight(t, m)
	d.silent = true
	got := asks(m, user(), 3)
	m.Advance(timeoutNS)
	if out, _ := fake.Result(m, got.JoinHandle); !errors.Is(out, drivers.ErrDown) {
		t.Errorf("%v", out)
	}
	d.silent = false
	m.Advance(supervisor.Default.First)
	got = asks(m, user(), 4)
	m.Advance(tookNS)
	got.want(t, m, 4)
}

// What is not the device, and one that is broken, is said at the start.
func TestBegin(t *testing.T) {
	for want, breaks := range map[string]func(d *device){
		"edu0: ID 0x1000042: there is no device":          func(d *device) { d.id.Value = 0x01000042 },
		"edu0: LIVENESS 0x7: the device reports an error": func(d *device) { d.liveness.OnRead = func() uint64 { return 7 } },
		"edu0: STATUS 0x1: no answer in time":             func(d *device) { d.status.Value = statusComputing },
	} {
		m := fake.New(t)
		breaks(newDevice(m))
		if err := begin("edu0", base); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The accesses of the start are these, in this order.
func TestBeginInOrder(t *testing.T) {
	m := fake.New(t)
	d := m.Device("edu0", base, Size)
	for name, offset := range map[string]uintptr{"ID": id, "LIVENESS": liveness, "STATUS": status, "INTSTATUS": intStatus, "INTACK": intAck} {
		d.Plain(name, offset, 4, 0)
	}
	d.Expect(
		fake.Read("ID", 0x010000ed),
		fake.Write("LIVENESS", 0x5a5a00ff),
		fake.Read("LIVENESS", 0xa5a5ff00),
		fake.Read("STATUS", 0),
		fake.Read("INTSTATUS", 0x101),
		fake.Write("INTACK", 0x101),
		fake.Write("STATUS", statusInterrupt),
	)
	if err := begin("edu0", base); err != nil {
		t.Error(err)
	}
}

// An operation takes nothing from the heap.
func TestNoAllocation(t *testing.T) {
	both(t, func(t *testing.T, drive drive) {
		m := fake.New(t)
		d := newDevice(m)
		user := drive(t, m)()
		d.fact.OnWrite = func(uint64) { d.intStatus.Value = intFactorial } // at once
		var w task.Waker
		count := 0
		fake.Spawn(m, "user", coro.Func(func(c *coro.Ctx) error {
			w = c.Waker()
			for {
				asked := false
				c.AwaitFunc(func(*task.Context) task.Poll {
					if asked {
						return task.Ready
					}
					asked = true
					return task.Pending
				})
				if _, err := user.Factorial(c, 5); err != nil {
					return err
				}
				count++
			}
		}))
		before := count
		if n := testing.AllocsPerRun(100, func() { w.Wake(); m.Run() }); n != 0 {
			t.Errorf("%v allocations", n)
		}
		if count-before != 101 {
			t.Errorf("%d operations", count-before)
		}
	})
}

func spawn(m *fake.Machine, place *task.Task[error], poll task.Func[error]) (task.JoinHandle[error], error) {
	return sched.Spawn(&m.Exec, place, task.Named("edu0"), poll)
}
