//go:build !tamago

package coro_test

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Two straight-line tasks: one sends, the other awaits what comes. What is cleaned up is deferred.
func ExampleFunc() {
	var executor sched.Executor
	var ch tasksync.Channel[int]
	ch.Init(make([]int, 1))
	sender := func(c *coro.Ctx) error {
		defer ch.Close()
		var w tasksync.Wait
		for n := range 3 {
			c.Sync(&w, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return ch.Send(cx, w, n) })
		}
		return nil
	}
	receiver := func(c *coro.Ctx) error {
		var w tasksync.Wait
		var n int
		for c.Sync(&w, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return ch.Receive(cx, w, &n) }) == tasksync.Ready {
			fmt.Println("received", n)
		}
		return errors.New("the channel is closed")
	}
	var s, r task.Task[error]
	j, err := sched.Spawn(&executor, &s, task.Named("sender"), coro.Func(sender))
	if err != nil {
		fmt.Println(err)
		return
	}
	j.Detach()
	out, err := sched.BlockOn(&executor, &r, task.Named("receiver"), coro.Func(receiver))
	fmt.Println(out, err)
	// Output:
	// received 0
	// received 1
	// received 2
	// the channel is closed <nil>
}
