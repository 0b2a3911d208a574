package task_test

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func square(n int) task.Func[int] {
	return func(out *int, _ *task.Context) task.Poll {
		*out = n * n
		return task.Ready
	}
}

// A pool has a bound: what finds no slot is refused, and nothing is lost.
func ExamplePool() {
	var e sched.Executor
	var pool task.Pool[int]
	pool.Init(make([]task.Task[int], 2))
	var joins []task.JoinHandle[int]
	for n := 3; n <= 5; n++ {
		j, err := sched.SpawnIn(&e, &pool, nil, square(n))
		if errors.Is(err, task.ErrFull) {
			fmt.Println("no room for", n)
			continue
		}
		joins = append(joins, j)
	}
	e.Tick()
	for _, j := range joins {
		fmt.Println(j.Take())
	}
	fmt.Println(pool.Free(), "free")
	// Output:
	// no room for 5
	// 9 <nil>
	// 16 <nil>
	// 2 free
}

// A task ends with its output, or an error that says how.
func ExampleJoinHandle() {
	var e sched.Executor
	var tk task.Task[int]
	j, _ := sched.Spawn(&e, &tk, task.Named("square"), func(*int, *task.Context) task.Poll { return task.Pending })
	e.Tick()
	fmt.Println(j.Take())
	j.Cancel()
	e.Tick()
	fmt.Println(j.Take())
	fmt.Println(j.Take())
	// Output:
	// 0 task: the task is not over yet
	// 0 task: cancelled
	// 0 task: stale join handle
}
