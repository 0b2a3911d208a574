package task_test

import (
	"slices"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Piece by piece the list is the same as in one, and no piece is longer than asked for.
func TestCursor(t *testing.T) {
	var exec sched.Executor
	const tasks = 100
	for range tasks {
		if _, err := sched.Spawn(&exec, new(task.Task[task.None]), nil, func(*task.None, *task.Context) task.Poll { return task.Pending }); err != nil {
			t.Fatal(err)
		}
	}
	exec.Tick()
	for _, most := range []int{1, 7, 1000} {
		var c task.Cursor
		var got []task.Info
		for more := true; more; {
			n := len(got)
			more = c.Next(most, func(i task.Info) { got = append(got, i) })
			if len(got) > n+most {
				t.Fatalf("%d in a piece of %d", len(got)-n, most)
			}
		}
		if want := task.List(); !slices.Equal(got, want) || len(got) < tasks {
			t.Errorf("in pieces of %d: %d tasks, in one %d, or others", most, len(got), len(want))
		}
		if c.Next(most, func(task.Info) { t.Error("more after the end") }) {
			t.Error("more after the end")
		}
	}
	exec.Shutdown()
}
