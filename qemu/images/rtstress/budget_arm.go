//go:build tamago

//lint:file-ignore SA5002 what is bad on purpose

package main

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// gicdISPENDR makes the interrupts pending that a processor has to itself (GIC 4.3.7). 27 is that of
// the virtual timer, with which polls are bounded.
const (
	gicdISPENDR     = 0xa01200
	pendingWatchdog = 1 << 27
)

var staleTask task.Task[task.None]

// staleBudget has the interrupt come that ends a budget, as if the poll before had used its own up
// when it was over: this poll goes on, and its own budget is there still.
func staleBudget() {
	machine.SetBudget(faultBudget)
	j, err := sched.Spawn(&sched.Normal, &staleTask, nil, func(*task.None, *task.Context) task.Poll {
		mmio.Write32(gicdISPENDR, pendingWatchdog)
		for range 100 {
			load(&behindPolls)
		}
		return task.Ready
	})
	if err == nil {
		_, err = j.Take()
	}
	endless, _ := sched.Spawn(&sched.Normal, &staleTask, nil, func(*task.None, *task.Context) task.Poll {
		mmio.Write32(gicdISPENDR, pendingWatchdog)
		for zero == 0 {
		}
		return task.Ready
	})
	_, end := endless.Take()
	machine.SetBudget(0)
	check.Report(err == nil && end != nil && end != task.ErrRunning, "the budget of the poll before ends: %v; the own one: %v", err, end)
}
