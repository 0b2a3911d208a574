package task_test

import (
	"regexp"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func waiting(*task.None, *task.Context) task.Poll { return task.Pending }

// A task shows its name, its kind and where it was spawned.
func TestMetadata(t *testing.T) {
	var e sched.Executor
	var named, driver, bare task.Task[task.None]
	for tk, b := range map[*task.Task[task.None]]*task.Metadata{
		&named: task.Named("one"), &driver: {Name: "two", Kind: "driver"}, &bare: nil,
	} {
		if _, err := sched.Spawn(&e, tk, b, waiting); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]task.Info{}
	for _, i := range e.Tasks() {
		seen[i.Name] = i
		if i.State != "ready" {
			t.Errorf("%+v", i)
		}
	}
	if i := seen["one"]; i.Kind != "task" || !regexp.MustCompile(`metadata_test\.go:\d+$`).MatchString(i.Location) {
		t.Errorf("%+v", i)
	}
	if i := seen["two"]; i.Kind != "driver" || i.Location != "" {
		t.Errorf("%+v", i)
	}
	if i := seen[""]; i.Kind != "task" || i.Location != "" || i.ID == 0 {
		t.Errorf("%+v", i)
	}
	if len(task.List()) < 3 {
		t.Error("the list of all tasks is shorter than that of one executor")
	}
}

// What is counted of a task is of this life.
func TestCountsBeginAnew(t *testing.T) {
	var e sched.Executor
	var tk task.Task[task.None]
	for range 2 {
		j, err := sched.Spawn(&e, &tk, nil, waiting)
		if err != nil {
			t.Fatal(err)
		}
		e.Tick()
		j.Waker().Wake()
		e.Tick()
		if i := e.Tasks()[0]; i.Polls != 2 || i.Wakes != 1 || i.ID != j.ID() {
			t.Errorf("%+v", i)
		}
		j.Cancel()
		j.Detach()
		e.Tick()
	}
}
