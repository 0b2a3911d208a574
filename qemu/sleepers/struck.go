//go:build tamago

package main

import (
	"time"

	"tamagotake/hal"
	"tamagotake/hal/line"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
)

var (
	struckTask, linedTask task.Task[task.None]
	linedPolls, struckNS  int64
)

// struck: an interrupt that strikes a bounded poll and wakes a thread task asks for a try at
// preemption soon, by the timer that bounds the poll on amd64. That is not the end of the
// poll's budget.
func struck() {
	j, err := sched.Spawn(&executor, &linedTask, nil, func(*task.Context, *task.None) task.Poll {
		linedPolls++
		return task.Pending
	})
	if err == nil {
		err = line.Register(lineOther, "other", line.Edge, j.Waker())
	}
	if err != nil {
		panic(err)
	}
	time.Sleep(20 * time.Millisecond) // for its first poll
	faults := sched.Faults()
	long, err := sched.Spawn(&sched.Normal, &struckTask, nil, func(*task.Context, *task.None) task.Poll {
		raise(lineOther)
		for end := hal.Now() + 5e6; hal.Now() < end; {
		}
		struckNS = hal.Now()
		return task.Ready
	})
	if err != nil {
		panic(err)
	}
	long.Detach()
	await(func() bool { return linedPolls == 2 })
	report(struckNS != 0 && sched.Faults() == faults, "struck: a poll that an interrupt of a thread task strikes is not ended, %d faults", sched.Faults()-faults)
}
