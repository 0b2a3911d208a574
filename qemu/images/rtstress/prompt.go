//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	promptTask  task.Task[task.None]
	promptPolls int
)

// prompt wakes a real-time task from thread level.
func prompt() {
	const wakes = 10000
	j, _ := sched.Spawn(&sched.Urgent, &promptTask, nil, func(*task.None, *task.Context) task.Poll {
		promptPolls++
		return task.Pending
	})
	w := j.Waker()
	late := 0
	for n := range wakes {
		if w.Wake(); promptPolls != n+2 {
			late++
		}
	}
	check.Report(late == 0, "%d wakes by a goroutine, %d not polled at once", wakes, late)

	promptPolls = 0
	early := 0
	late = 0
	for n := range wakes {
		saved := platform.MaskInterrupts()
		w.Wake()
		if promptPolls != n {
			early++
		}
		platform.RestoreInterrupts(saved)
		if spin32(200); promptPolls != n+1 {
			late++
		}
	}
	check.Report(early == 0 && late == 0, "%d wakes with interrupts masked, %d polled meanwhile, %d not afterwards", wakes, early, late)
	j.Cancel()
	j.Detach()
}

// spin32 gives an interrupt that the processor has sent itself the time to arrive.
//
//go:noinline
func spin32(n uint32) {
	for i := uint32(0); i < n; i++ {
		load(&i)
	}
}
