//go:build tamago

package main

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// cost measures a wake and the poll that it leads to, of a poll function and of a body that
// awaits one. With -icount shift=0 a nanosecond is an instruction.
func cost() {
	poll := measure(func(*error, *task.Context) task.Poll { return task.Pending })
	resume := measure(coro.Func(func(c *coro.Ctx) error {
		for {
			woken := false
			c.AwaitFunc(func(*task.Context) task.Poll {
				if woken {
					return task.Ready
				}
				woken = true
				return task.Pending
			})
		}
	}))
	fmt.Printf("cost: poll %d, resume %d instructions\n", poll, resume)
}

const costBatch, costRounds = 1000, 9

// measure returns the median of the rounds.
func measure(f task.Func[error]) int64 {
	tk := new(place)
	j, err := sched.Spawn(&executor, tk, nil, f)
	if err != nil {
		panic(err)
	}
	w := j.Waker()
	executor.Tick()
	var times []int64
	for range costRounds {
		began := platform.Now()
		for range costBatch {
			w.Wake()
			executor.Tick()
		}
		times = append(times, (platform.Now()-began)/costBatch)
	}
	slices.Sort(times)
	w.Cancel()
	executor.Tick()
	j.Detach()
	return times[costRounds/2]
}
