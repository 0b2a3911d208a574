package sched

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

// pump is a device whose poll is a method: it moves what was asked for, and ends when empty.
type pump struct {
	task  task.Task[task.None]
	left  int
	waker task.Waker
}

func (p *pump) Poll(cx *task.Context) task.Poll {
	p.waker = cx.Waker()
	if p.left == 0 {
		return task.Ready
	}
	p.left--
	return task.Pending
}

// Each task polls the state that it was spawned with, although all share the method.
func TestSpawnMethod(t *testing.T) {
	var e Executor
	var pumps [3]pump
	var joins [3]task.JoinHandle[task.None]
	for i := range pumps {
		p := &pumps[i]
		p.left = i
		j, err := SpawnMethod(&e, &p.task, nil, p, (*pump).Poll)
		if err != nil {
			t.Fatal(err)
		}
		joins[i] = j
	}
	e.Tick()
	pumps[2].waker.Wake()
	e.Tick()
	for i, want := range []struct {
		left int
		done bool
	}{{0, true}, {0, false}, {0, false}} {
		if pumps[i].left != want.left || joins[i].Done() != want.done {
			t.Errorf("pump %d: %d left, done %v", i, pumps[i].left, joins[i].Done())
		}
	}
	if _, err := SpawnMethod(&e, &pumps[1].task, nil, &pumps[1], (*pump).Poll); !errors.Is(err, task.ErrAlive) {
		t.Errorf("spawned while it lives: %v", err)
	}
	e.Shutdown()
	if _, err := SpawnMethod(&e, new(task.Task[task.None]), nil, &pumps[0], (*pump).Poll); !errors.Is(err, task.ErrShutdown) {
		t.Errorf("spawned after a shutdown: %v", err)
	}
}

func TestSpawnMethodWithoutState(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a nil state was accepted")
		}
	}()
	var e Executor
	SpawnMethod(&e, new(task.Task[task.None]), nil, nil, (*pump).Poll)
}

// Neither the spawn nor the polls allocate, wherever the state lies.
func TestSpawnMethodAllocatesNothing(t *testing.T) {
	var e Executor
	p := new(pump)
	if n := testing.AllocsPerRun(100, func() {
		p.left = 1
		j, err := SpawnMethod(&e, &p.task, nil, p, (*pump).Poll)
		if err != nil {
			t.Fatal(err)
		}
		e.Tick()
		p.waker.Wake()
		e.Tick()
		j.Detach()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
