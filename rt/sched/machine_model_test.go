//go:build explore

package sched

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// machine stands in models for what hal/ARCH/realtime.go and realtime.s do on one processor: the
// entry of an interrupt, the real-time executor at its tail, and the way in by a wake at
// thread level. What they call in rt/sched, rt/task, rt/queue and rt/irq is the source
// itself.
type machine struct {
	*explore.Model
	core  int
	level int
	self  *explore.Line // the interrupt that the processor sends itself
	kills explore.Kills // what strikes polls
	lines uint32        // that are registered

	spawns bool // the thread spawns: it may be struck between the steps of an enqueue

	starts func()       // called when a poll does, if not nil
	polled []task.Waker // in the order of the polls
	tasks  []task.JoinHandle[none]
	thread []*Executor // that census looks at
	nmis   atom.Uint32
	seen   uint32

	faulted int // that census has joined
}

// pollsMost is more than any of these models needs at once.
const pollsMost = 50

const (
	levelThread = iota
	levelEntry
	levelPoll
)

const lineNMI = irq.Lines - 1

// models explores every order of a machine with one processor.
func models(t *testing.T, build func(f *machine)) {
	t.Helper()
	bounded(t, 0, build)
}

// bounded explores the orders with at most so many preemptions; 0 is every order.
func bounded(t *testing.T, preemptions int, build func(f *machine)) {
	t.Helper()
	explore.Check(t, explore.Config{Preemptions: preemptions}, func(m *explore.Model) {
		platform.ResetParkers()
		queue.Reset()
		raw.Reset()
		Urgent, Normal = Priority{}, Priority{}
		realtime.cx, realtime.fault, realtime.faults = raw.Context{}, raw.Fault{}, 0
		for n := range uint32(4) {
			irq.Unregister(n)
		}
		irq.Unregister(lineNMI)
		f := &machine{Model: m}
		platform.Enter = f.enter
		build(f)
	})
}

// runs gives the machine's processor its thread.
func (f *machine) runs(body func()) {
	f.core = f.Thread("thread", body)
	f.self = f.Line(f.core, "self", func() {
		if f.level == levelPoll {
			f.countNMIs()
			return
		}
		f.struck(func() (uintptr, *task.Context, uintptr) { f.countNMIs(); return Next() })
	})
}

// enter is the way in by a wake.
func (f *machine) enter() {
	if f.level != levelThread {
		return
	}
	saved := platform.MaskInterrupts()
	if saved != 0 {
		if f.self != nil {
			f.self.Raise() // as soon as they are not masked
		}
		return
	}
	f.struck(Next)
	platform.RestoreInterrupts(saved)
}

// struck is the executor on top of the thread.
func (f *machine) struck(first func() (uintptr, *task.Context, uintptr)) {
	level := f.level
	f.level = levelEntry
	f.poll(first())
	f.Assert(f.spawns || Quiet(), "the executor was left with a task on its queues")
	f.level = level
}

func (f *machine) poll(out uintptr, cx *task.Context, poll uintptr) {
	for n := 0; poll != 0; n++ {
		if f.Assert(n < pollsMost, "polled without end"); n == pollsMost {
			return
		}
		fn := *(*func(unsafe.Pointer, *task.Context) task.Poll)(unsafe.Pointer(&poll))
		f.Assert(RealtimeCurrent() == cx.Waker() && cx.Waker() != task.Waker{}, "the current task is another")
		f.polled = append(f.polled, cx.Waker())
		if f.starts != nil {
			f.starts()
		}
		f.level = levelPoll
		p := PollFaulted
		if f.Killable(f.kills, func() { p = fn(*(*unsafe.Pointer)(unsafe.Pointer(&out)), cx) }) {
			NoteFault(task.FaultBudget, 1, 2)
			p = PollFaulted
		}
		f.level = levelEntry
		out, cx, poll = Polled(p)
		f.Assert(realtime.fault == raw.Fault{}, "the fault of one task is left for the next")
	}
	f.Assert(RealtimeCurrent() == task.Waker{}, "a current task without a poll")
}

// wakes adds a line of the waker's task, and its interrupt; before does what the device does.
func (f *machine) wakes(name string, w task.Waker, before func()) {
	n := f.line(w)
	f.Interrupt(f.core, name, func() {
		before()
		f.interrupt(n)
	})
}

func (f *machine) line(w task.Waker) uint32 {
	n := f.lines
	f.lines++
	irq.Register(n, "line", irq.Edge, w)
	return n
}

// interrupt is the entry of an interrupt of a line: deliver and others, or nested.
func (f *machine) interrupt(n uint32) {
	if f.level == levelPoll {
		w, _ := irq.Deliver(n)
		Nested(w)
		return
	}
	f.struck(func() (uintptr, *task.Context, uintptr) {
		if irq.IsDirect(n) && Quiet() {
			if w := irq.Waker(n); w.Idle() {
				irq.Count(n)
				return Direct(w)
			}
		}
		return Interrupted(irq.Deliver(n))
	})
}

// nmi adds a non-maskable interrupt, which counts and sends the processor one that can be
// masked.
func (f *machine) nmi(w task.Waker) {
	irq.Register(lineNMI, "NMI", irq.Edge, w)
	f.NMI(f.core, "NMI", func() {
		f.nmis.Add(1)
		f.self.Raise()
	})
}

func (f *machine) countNMIs() {
	for ; f.seen != f.nmis.Load(); f.seen++ {
		w, _ := irq.Deliver(lineNMI)
		Nested(w)
	}
}

// given spawns a task before the model begins, and has it polled once. It is the second life
// of its slot, so that a generation that is left out is another.
func (f *machine) given(on Spawner, poll task.Func[none]) task.JoinHandle[none] {
	tk := new(unit)
	j := given(f.Model, on, tk, ready)
	if e, ok := on.(*Executor); ok {
		e.Tick()
	}
	j.Take()
	j = given(f.Model, on, tk, poll)
	f.tasks = append(f.tasks, j)
	if e, ok := on.(*Executor); ok {
		e.Tick()
		f.thread = append(f.thread, e)
	}
	f.polled = nil
	return j
}

// census is the end of every model: whatever was killed and wherever, no task is woken and on
// no queue, no queue is broken, and one that was killed has said so to its joiner.
func (f *machine) census() {
	f.Assert(Quiet(), "woken, and nobody polls it")
	for _, e := range f.thread {
		f.Assert(!e.Tick().Remaining, "a queue is broken for ever")
	}
	for _, list := range [][]task.Info{Urgent.Tasks(), Normal.Tasks()} {
		for _, i := range list {
			f.Assert(i.State == "idle" || i.State == "completed", "task %d is %s for ever", i.ID, i.State)
		}
	}
	for _, e := range f.thread {
		for _, i := range e.Tasks() {
			f.Assert(i.State == "idle" || i.State == "completed", "task %d is %s for ever", i.ID, i.State)
		}
	}
	for _, j := range f.tasks {
		if !j.Done() {
			continue
		}
		_, err := j.Take()
		if fault, ok := err.(*task.FaultError); ok {
			f.Assert(fault.Kind == task.FaultBudget && fault.PC == 1 && fault.Addr == 2, "the fault is said to be %v", fault.Fault)
			f.faulted++
		}
	}
	f.Assert(uint64(f.faulted) <= Faults(), "%d faults, and %d joined", Faults(), f.faulted)
}

// wasPolled reports how often a task was.
func (f *machine) wasPolled(j task.JoinHandle[none]) (n int) {
	for _, w := range f.polled {
		if w == j.Waker() {
			n++
		}
	}
	return n
}
