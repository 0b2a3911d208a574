package task_test

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func give(n int) task.Func[int] {
	return func(out *int, _ *task.Context) task.Poll { *out = n; return task.Ready }
}

// A full pool says so and nothing is lost: what is in it runs, and what was refused can
// be spawned when there is room.
func TestPoolFull(t *testing.T) {
	var e sched.Executor
	var p task.Pool[int]
	p.Init(make([]task.Task[int], 3))
	var joins []task.JoinHandle[int]
	for n := range 3 {
		if p.Free() != 3-n {
			t.Fatalf("%d are free after %d spawns", p.Free(), n)
		}
		j, err := sched.SpawnIn(&e, &p, nil, give(n))
		if err != nil {
			t.Fatal(err)
		}
		joins = append(joins, j)
	}
	if _, err := sched.SpawnIn(&e, &p, nil, give(9)); !errors.Is(err, task.ErrFull) {
		t.Fatalf("%v", err)
	}
	if got := e.Tick(); got.Polled != 3 || got.Completed != 3 {
		t.Fatalf("%+v", got)
	}
	// The results are still to be taken, so there is no room yet.
	if _, err := sched.SpawnIn(&e, &p, nil, give(9)); !errors.Is(err, task.ErrFull) {
		t.Fatalf("%v", err)
	}
	for _, n := range []int{1, 2, 0} { // the one in the middle first
		if out, err := joins[n].Take(); out != n || err != nil {
			t.Fatalf("%d: %d %v", n, out, err)
		}
		if n != 1 {
			continue
		}
		j, err := sched.SpawnIn(&e, &p, nil, give(8))
		if err != nil {
			t.Fatalf("one slot is free: %v", err)
		}
		e.Tick()
		j.Detach()
	}
	j, err := sched.SpawnIn(&e, &p, nil, give(9))
	if err != nil {
		t.Fatal(err)
	}
	e.Tick()
	if out, _ := j.Take(); out != 9 {
		t.Fatalf("%d", out)
	}
}

// A pool without slots is full.
func TestPoolOfNone(t *testing.T) {
	var e sched.Executor
	var p task.Pool[int]
	if _, err := sched.SpawnIn(&e, &p, nil, give(0)); !errors.Is(err, task.ErrFull) {
		t.Fatal(err)
	}
}

// A heap grows, and uses its slots again.
func TestHeapGrows(t *testing.T) {
	var e sched.Executor
	var p task.GrowPool[int]
	const n = 100
	for round := range 3 {
		var joins []task.JoinHandle[int]
		for i := range n {
			j, err := sched.SpawnIn(&e, &p, nil, give(i))
			if err != nil {
				t.Fatal(err)
			}
			joins = append(joins, j)
		}
		e.Tick()
		for i, j := range joins {
			if out, err := j.Take(); out != i || err != nil {
				t.Fatalf("round %d: %d %v", round, out, err)
			}
		}
	}
	if allocs := testing.AllocsPerRun(10, func() {
		j, _ := sched.SpawnIn(&e, &p, nil, give(1))
		e.Tick()
		j.Detach()
	}); allocs > 1 { // the closure of give
		t.Errorf("%v allocations although slots are free", allocs)
	}
}
