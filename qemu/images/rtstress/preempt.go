//go:build tamago

package main

import (
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const preemptCount = 1000

var (
	preemptRealtime, preemptThread task.Task[task.None]
	preemptExecutor                sched.Executor
	preemptWaker                   task.Waker
	preemptSeen                    uint32
)

func preemptPoll(*task.None, *task.Context) task.Poll {
	preemptWaker.Wake()
	return task.Pending
}

// preempt: a real-time task wakes one at thread level, whose executor's goroutine gets its
// turn although another computes and never yields.
func preempt() {
	thread, _ := sched.Spawn(&preemptExecutor, &preemptThread, nil, func(*task.None, *task.Context) task.Poll {
		preemptSeen++
		return task.Pending
	})
	preemptWaker = thread.Waker()
	go preemptExecutor.Run()
	for preemptSeen == 0 {
		runtime.Gosched()
	}
	j, _ := sched.Spawn(&sched.Normal, &preemptRealtime, nil, preemptPoll)
	irq.Unregister(machine.LineTimer) // it was another task's
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	for range preemptCount {
		before := preemptSeen
		after(200, 20000)
		spin(&preemptSeen, before+1) // it ends when the task has been polled, or never
	}
	check.Report(true, "%d tasks at thread level polled while a goroutine does not yield", preemptCount)
	j.Cancel()
	j.Detach()
}
