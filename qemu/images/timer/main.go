//go:build tamago

// Command timer is an image that tries the timer on a machine, under QEMU with one
// instruction to a nanosecond and without waiting for idle time to pass.
//
//	section   how long interrupts are masked by a turn
//	sooner    a sooner sleep is added, from every level, while a later one waits
//	struck    a poll whose time is bounded is struck by an interrupt that wakes a thread task
//	stalled   a poll's time runs out while nothing of it is executed; and one that computes on
//	together  many are due at once: how late the last is polled
//	thousand  1,000 tasks of both levels sleep for random times, for a minute; goroutines too
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

const (
	tickShift = 10
	tickNS    = 1 << tickShift
)

var (
	executor   sched.Executor
	turnerTask task.Task[task.None]
)

// turner is the kernel's timer task.
func turner(_ *task.None, cx *task.Context) task.Poll {
	if timer.Default.TurnN(64).Remaining {
		cx.Waker().Wake()
	}
	return task.Pending
}

func main() {
	fmt.Printf("timer, %s %s\n", runtime.Version(), runtime.GOARCH)
	machine.SetBudget(2e9)
	timer.Default.SetTick(tickShift)
	timer.Default.Drive()
	j, err := sched.Spawn(&sched.Normal, &turnerTask, task.Named("timer"), turner)
	if err != nil {
		panic(err)
	}
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	go executor.Run()

	section()
	sooner()
	struck()
	stalled()
	together()
	thousand()
	fmt.Println("end")
	machine.Halt()
}

// interrupts returns how often the timer's line has interrupted.
func interrupts() (n uint64) {
	irq.Snapshot(0, func(s irq.Stat) bool {
		if s.Line == machine.LineTimer {
			n = s.Count
		}
		return true
	})
	return n
}

// random is a small generator without state of the runtime (Marsaglia, "Xorshift RNGs",
// 2003), for every level.
type random uint32

func (r *random) next() uint32 {
	x := uint32(*r)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*r = random(x)
	return x
}

// await lets the others go on until something is done.
func await(done func() bool) {
	for !done() {
		time.Sleep(20 * time.Millisecond)
	}
}
