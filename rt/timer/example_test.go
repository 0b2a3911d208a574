//go:build !tamago

package timer_test

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// A task sleeps. On a machine the timer's interrupt turns the wheel; here the loop does.
func ExampleSleep() {
	var executor sched.Executor
	var wheel timer.Wheel
	var sleeper task.Task[task.None]
	var s timer.Sleep
	s.On(&wheel)
	s.For(10 * time.Millisecond)
	start := time.Now()
	j, err := sched.Spawn(&executor, &sleeper, task.Named("sleeper"), func(_ *task.None, cx *task.Context) task.Poll {
		return s.Poll(cx)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for !j.Done() {
		executor.Tick()
		wheel.Turn()
	}
	fmt.Println(time.Since(start) >= 10*time.Millisecond)
	// Output: true
}
