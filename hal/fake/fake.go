//go:build !tamago

// Package fake is a machine for tests of drivers on the host: devices whose registers the
// test scripts, interrupt lines that it raises, and a clock that it moves.
//
//	test                       Machine                              driver
//	----                       -------                              ------
//	m.Device, d.Plain ...      registers  <---- mmio.Read, Write    its poll, or body
//	m.Line(n).Set, Follow      controller ----> irq.Deliver ---->  its waker
//	m.Advance(ns)              clock      ----> rt/timer     ---->  its sleeps
//	m.Share(buf)               memory           m.Bus(addr, n)
//
// The driver is the same code as on a machine: it reads through hal/mmio, registers its line
// with rt/irq, sleeps with rt/timer. Its tasks run on one executor, polled only by Run and
// Advance, in the test's goroutine; so a test is deterministic, and takes no time.
//
// What a driver must not do fails the test with one line that names the device and the
// register: an address where nothing is, an access of the wrong width, a write of what is
// only to be read, a step that the script does not have, memory that was not shared, a line that
// interrupts and that the driver has left masked.
//
// There is one machine at a time, since the registers, the controller and the clock are the
// program's: no t.Parallel. The real-time level is not there: its tasks are polled as those
// of thread level, which shows what they do and not what they may.
package fake

import (
	"fmt"
	"math"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// TB is what a machine needs of a testing.T, or of a rapid.T.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Machine is the fake machine. From [New].
type Machine struct {
	Exec sched.Executor // of all tasks

	t       TB
	devices []*Device
	lines   [irq.Lines]*Line
	alarmNS int64
	events  []event
	shared  [][]byte

	accesses int // of registers, in the poll under way
}

// nowNS is the time. It goes on from machine to machine: the wheel of rt/timer, which is the
// program's, does not go back.
var nowNS int64

// New makes a machine without devices and puts it in the place of the hardware, and of the
// machine before, whose lines are free from now on. At the end of the test its tasks are
// ended, and a script that is not over fails the test.
func New(t TB) *Machine {
	m := &Machine{t: t, alarmNS: math.MaxInt64}
	fake, controller, clock, alarm := mmio.Fake, irq.Controller, platform.Clock, platform.Alarm
	mmio.Fake = m
	irq.Controller.Acknowledge, irq.Controller.Mask = nil, nil
	for n := range uint32(irq.Lines) {
		irq.Unregister(n)
	}
	irq.Controller.Mask = func(n uint32) { m.Line(n).masked = true }
	irq.Controller.Unmask = func(n uint32, level bool) { m.Line(n).unmask(level) }
	platform.Clock = func() int64 { return nowNS }
	platform.Alarm = func(atNS int64) { m.alarmNS = atNS }
	timer.Default.Drive()
	t.Cleanup(func() {
		t.Helper()
		for _, l := range m.lines {
			if l != nil {
				l.check(m)
			}
		}
		m.Exec.Shutdown()
		for _, d := range m.devices {
			d.finish()
		}
		for n, l := range m.lines {
			if l != nil {
				irq.Unregister(uint32(n))
			}
		}
		mmio.Fake, irq.Controller, platform.Clock, platform.Alarm = fake, controller, clock, alarm
	})
	return m
}

// accessesMax is how many registers a poll may use: one that waits in a loop for what never
// comes uses more, and the test would not end.
const accessesMax = 1_000_000

func (m *Machine) access(addr uintptr) {
	m.t.Helper()
	if m.accesses++; m.accesses > accessesMax {
		m.accesses = 0
		m.t.Fatalf("fake: %d accesses in one poll, the last at %#x: a loop that waits for the device? Bound it, or await", accessesMax, addr)
	}
}

// restMax is how many polls are taken for coming to rest.
const restMax = 100_000

// Run polls the tasks until none is ready, and delivers interrupts between the polls as they
// come. A machine that does not come to rest fails the test.
func (m *Machine) Run() {
	m.t.Helper()
	m.settle()
	for range restMax {
		m.accesses = 0
		if m.Exec.TickN(1).Polled == 0 {
			m.watch()
			return
		}
		m.settle()
	}
	m.t.Fatalf("fake: the tasks do not come to rest: %d polls, and one is ready still", restMax)
}

// Spawn starts a task of the machine and runs it until it waits.
func Spawn[T any](m *Machine, name string, poll task.Func[T]) task.JoinHandle[T] {
	m.t.Helper()
	j, err := sched.Spawn(&m.Exec, new(task.Task[T]), &task.Metadata{Name: name}, poll)
	return spawned(m, name, j, err)
}

// SpawnMethod is [Spawn] with a poll that is a method of state: see [sched.SpawnMethod].
func SpawnMethod[S any](m *Machine, name string, state *S, poll func(*S, *task.Context) task.Poll) task.JoinHandle[task.None] {
	m.t.Helper()
	j, err := sched.SpawnMethod(&m.Exec, new(task.Task[task.None]), &task.Metadata{Name: name}, state, poll)
	return spawned(m, name, j, err)
}

func spawned[T any](m *Machine, name string, j task.JoinHandle[T], err error) task.JoinHandle[T] {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("fake: %s: %v", name, err)
	}
	m.Run()
	return j
}

// Result returns how a task has ended, and fails the test if it has not.
func Result[T any](m *Machine, j task.JoinHandle[T]) (out T, err error) {
	m.t.Helper()
	out, err = j.Take()
	if err == task.ErrRunning {
		m.t.Fatalf("fake: task %d has not ended", j.ID())
	}
	return out, err
}

// Read is for package mmio.
func (m *Machine) Read(addr uintptr, size int) uint64 {
	m.t.Helper()
	m.access(addr)
	defer m.settle()
	if d := m.at(addr); d != nil {
		return d.read(addr-d.base, size)
	}
	m.t.Errorf("fake: read of %s at %#x, where no device is", bytes(size), addr)
	return 0
}

// Write is for package mmio.
func (m *Machine) Write(addr uintptr, size int, val uint64) {
	m.t.Helper()
	m.access(addr)
	defer m.settle()
	if d := m.at(addr); d != nil {
		d.write(addr-d.base, size, val)
		return
	}
	m.t.Errorf("fake: write of %s, %#x, at %#x, where no device is", bytes(size), val, addr)
}

func (m *Machine) at(addr uintptr) *Device {
	for _, d := range m.devices {
		if addr >= d.base && addr-d.base < d.size {
			return d
		}
	}
	return nil
}

func bytes(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprint(n, " bytes")
}
