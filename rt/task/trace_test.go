//go:build tasktrace

package task_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The hooks see a task's life in order.
func TestTrace(t *testing.T) {
	var seen []string
	see := func(what string) func(uint64) {
		return func(id uint64) { seen = append(seen, what) }
	}
	task.Trace.Spawn, task.Trace.Wake, task.Trace.Cancel = see("spawn"), see("wake"), see("cancel")
	task.Trace.PollStart, task.Trace.Complete = see("start"), see("complete")
	task.Trace.PollEnd = func(_ uint64, isReady bool) { seen = append(seen, fmt.Sprint("end ", isReady)) }
	defer func() {
		task.Trace.Spawn, task.Trace.Wake, task.Trace.Cancel, task.Trace.PollStart, task.Trace.PollEnd, task.Trace.Complete = nil, nil, nil, nil, nil, nil
	}()

	var e sched.Executor
	var tk, other task.Task[task.None]
	j, _ := sched.Spawn(&e, &tk, nil, waiting)
	e.Tick()
	j.Waker().Wake()
	j.Waker().Wake()
	e.Tick()
	j.Cancel()
	j.Cancel()
	e.Tick()
	sched.Spawn(&e, &other, nil, func(*task.None, *task.Context) task.Poll { panic("no") })
	e.Tick()
	want := []string{
		"spawn", "start", "end false", "wake", "start", "end false", "cancel", "complete",
		"spawn", "start", "complete",
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("%v, not %v", seen, want)
	}
}
