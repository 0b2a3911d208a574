//go:build !tamago

package tasksync_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Of three tasks two have a permit at a time; the third gets that of the first to end. Nothing gives
// it back: the end of a task does.
func ExampleSemaphore() {
	var executor sched.Executor
	var printers tasksync.Semaphore
	printers.Add(2)
	var tasks [3]task.Task[task.None]
	for i := range tasks {
		var w tasksync.Wait
		begun := false
		j, err := sched.Spawn(&executor, &tasks[i], nil, func(_ *task.None, cx *task.Context) task.Poll {
			if !begun && printers.Acquire(cx, &w, 1) != tasksync.Ready {
				fmt.Println("task", i, "waits")
				return task.Pending
			}
			if !begun {
				begun = true
				fmt.Println("task", i, "prints")
				cx.Waker().Wake()
				return task.Pending
			}
			return task.Ready
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		j.Detach()
	}
	executor.Tick()
	// Output:
	// task 0 prints
	// task 1 prints
	// task 2 waits
	// task 2 prints
}
