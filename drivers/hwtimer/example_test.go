package hwtimer_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// watch counts n events of a timer that was started.
func watch(c *coro.Ctx, events *hwtimer.Source, n uint32) {
	for n > 0 {
		c.Await(events)
		n -= min(n, events.Take())
	}
}

func ExampleSource() {
	var events hwtimer.Source // a driver embeds one: t.Events()
	events.Post(3)            // the driver: one event on time, and two before it came
	var e sched.Executor
	var t task.Task[task.None]
	_, err := sched.BlockOn(&e, &t, nil, coro.Func(func(c *coro.Ctx) (none task.None) {
		watch(c, &events, 3)
		return none
	}))
	total, missed := events.Stat()
	fmt.Println(total, missed, err)
	// Output: 3 2 <nil>
}
