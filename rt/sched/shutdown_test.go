package sched

import (
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/tamagotake/tamagotake/rt/task"
)

// A shutdown ends the ready, the idle and the never polled; it wakes joiners elsewhere,
// refuses spawns, and leaves the tasks of other executors alone.
func TestShutdown(t *testing.T) {
	var e, other Executor
	var idle, fresh, over, joiner, bystander unit
	ji := spawn(t, &e, &idle, pending)
	jo := spawn(t, &e, &over, ready)
	var seen error
	spawn(t, &other, &joiner, func(_ *none, cx *task.Context) task.Poll {
		if ji.Poll(cx) == task.Pending {
			return task.Pending
		}
		_, err := ji.Take()
		seen = err
		return task.Ready
	})
	jb := spawn(t, &other, &bystander, pending)
	e.Tick()
	other.Tick()
	jf := spawn(t, &e, &fresh, ready)

	e.Shutdown()
	want(t, other.Tick(), 1, 1, false)
	if seen != task.ErrShutdown {
		t.Errorf("the joiner of the idle task saw %v", seen)
	}
	if _, err := jf.Take(); err != task.ErrShutdown {
		t.Errorf("the ready task: %v", err)
	}
	if _, err := jo.Take(); err != nil {
		t.Errorf("the task that was over: %v", err)
	}
	if jb.Done() {
		t.Error("a task of another executor ended")
	}
	if _, err := Spawn(&e, &idle, nil, ready); err != task.ErrShutdown {
		t.Errorf("spawned: %v", err)
	}
	var pool task.Pool[none]
	pool.Init(make([]unit, 1))
	if _, err := SpawnIn(&e, &pool, nil, ready); err != task.ErrShutdown {
		t.Errorf("spawned: %v", err)
	}
	if ji.Waker().Wake(); ji.Cancel() {
		t.Error("cancelled what had ended")
	}
	want(t, e.Tick(), 0, 0, false)
}

func TestShutdownInATick(t *testing.T) {
	var e Executor
	var tk unit
	j := spawn(t, &e, &tk, func(*none, *task.Context) task.Poll { e.Shutdown(); return task.Ready })
	want(t, e.Tick(), 1, 1, false)
	if _, err := j.Take(); err == nil || !strings.Contains(err.Error(), "Shutdown within a tick") {
		t.Errorf("%v", err)
	}
}

// An executor lives as long as a task that is bound to it: the collector does not take it
// away from a waker.
func TestExecutorIsKept(t *testing.T) {
	var tk unit
	bound := func() (weak.Pointer[Executor], task.Waker) {
		e := new(Executor)
		w := spawn(t, e, &tk, pending).Waker()
		e.Tick()
		return weak.Make(e), w
	}
	e, w := bound()
	for range 3 {
		runtime.GC()
	}
	if e.Value() == nil {
		t.Fatal("the executor was freed, and a task that is bound to it lives")
	}
	w.Wake()
}
