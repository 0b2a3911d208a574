package supervisor_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A driver that fails twice, and then ends by itself.
func ExampleSupervisor() {
	var e sched.Executor
	var driver, supervises task.Task[error]
	starts := 0
	s := supervisor.Supervisor[error]{
		Start: func(*coro.Ctx) (task.JoinHandle[error], error) {
			starts++
			return sched.Spawn(&e, &driver, task.Named("sd1"), coro.Func(func(*coro.Ctx) error {
				if starts < 3 {
					return errors.New("no answer")
				}
				return nil
			}))
		},
		Report: func(text string) { fmt.Println(text) },
		Pause:  func(c *coro.Ctx, d time.Duration) { c.Yield() }, // the machine has no timer here
	}
	s.Name = "sd1"
	fmt.Println(sched.BlockOn(&e, &supervises, nil, coro.Func(s.Run)))
	fmt.Println(s.Stat().Starts, "starts")
	// Output:
	// sd1: driver failed, 1 in a row, next start in 100 ms: no answer
	// sd1: driver failed, 2 in a row, next start in 200 ms: no answer
	// sd1: driver ended
	// <nil> <nil>
	// 3 starts
}
