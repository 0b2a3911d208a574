//go:build tamago

package main

//lint:file-ignore SA5002 what is bad on purpose

import (
	"tamagotake/hal"
	"tamagotake/hal/line"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
)

var (
	alarmTask, behindTask, endlessTask task.Task[task.None]
	alarmPolls, behindPolls            uint32
)

// alarm has a poll exceed its budget while another task waits behind it: the alarm that
// was set before comes all the same.
func alarm() {
	a, _ := sched.Spawn(&sched.Normal, &alarmTask, nil, func(*task.Context, *task.None) task.Poll { alarmPolls++; return task.Pending })
	b, _ := sched.Spawn(&sched.Normal, &behindTask, nil, func(*task.Context, *task.None) task.Poll { behindPolls++; return task.Pending })
	line.Unregister(lineTimer) // it was another task's
	line.Register(lineTimer, "timer", line.Edge, a.Waker())
	setBudget(faultBudget)
	end := hal.Now() + 20*faultBudget
	hal.SetAlarm(hal.Now() + 5*faultBudget)
	e, _ := sched.Spawn(&sched.Normal, &endlessTask, nil, func(*task.Context, *task.None) task.Poll {
		b.Waker().Wake()
		for zero == 0 {
		}
		return task.Ready
	})
	for hal.Now() < end {
		load(&alarmPolls)
	}
	setBudget(0)
	report(e.Done() && behindPolls == 2 && alarmPolls == 2, "an alarm after a poll over its budget: %d polls of its task, %d of that behind", alarmPolls, behindPolls)
	for _, j := range []task.JoinHandle[task.None]{a, b, e} {
		j.Cancel()
		j.Detach()
	}
}
