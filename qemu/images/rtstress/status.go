//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	statusTask  task.Task[task.None]
	statusPolls uint32
	statusSeen  uint32
)

// status has a poll see how it begins: with the status of the vector registers that the
// processor begins with, whatever that of the goroutine is which was interrupted, or has woken
// it. The goroutine keeps its own.
func status() {
	j, _ := sched.Spawn(&sched.Normal, &statusTask, nil, func(*task.None, *task.Context) task.Poll {
		statusSeen = vectorStatus()
		statusPolls++
		return task.Pending
	})
	defer func() { j.Cancel(); j.Detach() }()
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	usual := vectorStatus()

	setVectorStatus(usual | statusOdd)
	j.Waker().Wake()
	kept := vectorStatus()
	setVectorStatus(usual)
	check.Report(statusPolls == 2 && statusSeen == statusAtStart && kept == usual|statusOdd, "a poll by a wake begins with status %#x, the goroutine goes on with %#x", statusSeen, kept)

	statusSeen = 0
	setVectorStatus(usual | statusOdd)
	platform.SetAlarm(platform.Now() + 2000)
	spin(&statusPolls, 3)
	kept = vectorStatus()
	setVectorStatus(usual)
	check.Report(statusSeen == statusAtStart && kept == usual|statusOdd, "a poll by an interrupt begins with status %#x, the goroutine goes on with %#x", statusSeen, kept)
}
