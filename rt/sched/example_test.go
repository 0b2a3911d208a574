//go:build !tamago

package sched_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A task that is polled three times: it wakes itself, and then it is ready.
func ExampleExecutor_Tick() {
	var executor sched.Executor
	var counter task.Task[int]
	j, err := sched.Spawn(&executor, &counter, task.Named("counter"), func(out *int, cx *task.Context) task.Poll {
		if *out++; *out < 3 {
			cx.Waker().Wake()
			return task.Pending
		}
		return task.Ready
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(executor.Tick().Polled, "polls")
	out, err := j.Take()
	fmt.Println(out, err)
	// Output:
	// 3 polls
	// 3 <nil>
}

// Another goroutine wakes a task; BlockOn parks until then.
func ExampleBlockOn() {
	var executor sched.Executor
	var main task.Task[string]
	come := make(chan string, 1)
	begun := false
	out, err := sched.BlockOn(&executor, &main, task.Named("main"), func(out *string, cx *task.Context) task.Poll {
		if !begun {
			begun = true
			w := cx.Waker()
			go func() {
				come <- "hello"
				w.Wake()
			}()
		}
		select {
		case *out = <-come:
			return task.Ready
		default:
			return task.Pending
		}
	})
	fmt.Println(out, err)
	// Output: hello <nil>
}

// Many tasks share a poll that is a method: each has a state of its own.
func ExampleSpawnMethod() {
	var executor sched.Executor
	ports := [2]port{{name: "uart1"}, {name: "uart2"}}
	for i := range ports {
		p := &ports[i]
		j, err := sched.SpawnMethod(&executor, &p.task, task.Named(p.name), p, (*port).Poll)
		if err != nil {
			fmt.Println(err)
			return
		}
		j.Detach()
	}
	executor.Tick()
	// Output:
	// uart1 is polled
	// uart2 is polled
}

type port struct {
	task task.Task[task.None]
	name string
}

func (p *port) Poll(*task.Context) task.Poll {
	fmt.Println(p.name, "is polled")
	return task.Ready
}
