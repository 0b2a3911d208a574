//go:build tamago

package main

import (
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	struckTask, linedTask task.Task[task.None]
	linedPolls, struckNS  int64
)

// struck: an interrupt that strikes a bounded poll and wakes a thread task asks for a try at
// preemption soon, by the timer that bounds the poll on amd64. That is not the end of the
// poll's budget.
func struck() {
	j, err := sched.Spawn(&executor, &linedTask, nil, func(*task.None, *task.Context) task.Poll {
		linedPolls++
		return task.Pending
	})
	if err == nil {
		err = irq.Register(machine.LineOther, "other", irq.Edge, j.Waker())
	}
	if err != nil {
		panic(err)
	}
	time.Sleep(20 * time.Millisecond) // for its first poll
	faults := sched.Faults()
	long, err := sched.Spawn(&sched.Normal, &struckTask, nil, func(*task.None, *task.Context) task.Poll {
		machine.Raise(machine.LineOther)
		for end := platform.Now() + 5e6; platform.Now() < end; {
		}
		struckNS = platform.Now()
		return task.Ready
	})
	if err != nil {
		panic(err)
	}
	long.Detach()
	await(func() bool { return linedPolls == 2 })
	check.Report(struckNS != 0 && sched.Faults() == faults, "struck: a poll that an interrupt of a thread task strikes is not ended, %d faults", sched.Faults()-faults)
}

var stalledTask, runawayTask task.Task[task.None]

// stalled: a poll during which the machine stands still for longer than the budget goes on; with
// interrupts masked it is the same to the executor. One that computes is ended.
func stalled() {
	const budgetNS = 1e6
	machine.SetBudget(budgetNS)
	faults, done := sched.Faults(), false
	j, err := sched.Spawn(&sched.Normal, &stalledTask, nil, func(*task.None, *task.Context) task.Poll {
		saved := platform.MaskInterrupts()
		for end := platform.Now() + 3*budgetNS; platform.Now() < end; {
		}
		platform.RestoreInterrupts(saved)
		done = true
		return task.Ready
	})
	if err != nil {
		panic(err)
	}
	j.Detach()
	check.Report(done && sched.Faults() == faults, "stalled: the poll goes on: %v, %d faults", done, sched.Faults()-faults)

	begin := platform.Now()
	j, err = sched.Spawn(&sched.Normal, &runawayTask, nil, func(*task.None, *task.Context) task.Poll {
		for end := platform.Now() + 100*budgetNS; platform.Now() < end; {
		}
		return task.Ready
	})
	took := platform.Now() - begin
	if err != nil {
		panic(err)
	}
	j.Detach()
	machine.SetBudget(2e9)
	check.Report(sched.Faults() == faults+1 && took > budgetNS && took < 2*budgetNS, "stalled: one that computes is ended after %d ns, %d faults", took, sched.Faults()-faults)
}
