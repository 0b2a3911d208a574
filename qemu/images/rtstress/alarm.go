//go:build tamago

package main

//lint:file-ignore SA5002 what is bad on purpose

import (
	"math"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	alarmTask, behindTask, endlessTask task.Task[task.None]
	alarmAtNS, alarmPolledNS           int64 // when the alarm is due, and was polled for
	behindPolls                        uint32
)

// alarm has a poll exceed its budget while another task waits behind it: the alarm that
// was set before comes all the same.
func alarm() {
	alarmAtNS = math.MaxInt64
	// The timer interrupts for others too, before and after.
	a, _ := sched.Spawn(&sched.Normal, &alarmTask, nil, func(*task.None, *task.Context) task.Poll {
		if now := platform.Now(); alarmPolledNS == 0 && now >= alarmAtNS {
			alarmPolledNS = now
		}
		return task.Pending
	})
	b, _ := sched.Spawn(&sched.Normal, &behindTask, nil, func(*task.None, *task.Context) task.Poll { behindPolls++; return task.Pending })
	irq.Unregister(machine.LineTimer) // it was another task's
	irq.Register(machine.LineTimer, "timer", irq.Edge, a.Waker())
	machine.SetBudget(faultBudget)
	end := platform.Now() + 20*faultBudget
	saved := platform.MaskInterrupts() // the task reads it, and it has two words on ARM
	alarmAtNS = platform.Now() + 5*faultBudget
	platform.SetAlarm(alarmAtNS)
	platform.RestoreInterrupts(saved)
	e, _ := sched.Spawn(&sched.Normal, &endlessTask, nil, func(*task.None, *task.Context) task.Poll {
		b.Waker().Wake()
		for zero == 0 {
		}
		return task.Ready
	})
	for platform.Now() < end {
		load(&behindPolls)
	}
	machine.SetBudget(0)
	late := alarmPolledNS - alarmAtNS
	check.Report(e.Done() && behindPolls == 2 && late >= 0 && late < faultBudget, "an alarm after a poll over its budget: its task polled %d ns late, that behind %d times", late, behindPolls)
	for _, j := range []task.JoinHandle[task.None]{a, b, e} {
		j.Cancel()
		j.Detach()
	}
}
