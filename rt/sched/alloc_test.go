package sched

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

func TestNoAllocation(t *testing.T) {
	var e, thief Executor
	e.Share()
	var tk, other unit
	var in Injector
	var pool task.Pool[int]
	pool.Init(make([]task.Task[int], 4))
	w := spawn(t, &e, &tk, pending).Waker()
	one := func(out *int, _ *task.Context) task.Poll { *out = 1; return task.Ready }
	b := task.Named("other")
	e.Tick()
	for name, f := range map[string]func(){
		"wake and tick":          func() { w.Wake(); w.Wake(); e.Tick() },
		"an empty tick":          func() { e.Tick() },
		"spawn, run and join":    func() { j, _ := Spawn(&e, &other, b, ready); joinWith(j, w); e.Tick(); j.Take(); e.Tick() },
		"spawn, cancel and join": func() { j, _ := Spawn(&e, &other, b, ready); j.Cancel(); e.Tick(); joinWith(j, w); j.Take() },
		"spawn and detach":       func() { j, _ := Spawn(&e, &other, nil, ready); j.Detach(); e.Tick() },
		"a pool": func() {
			j, err := SpawnIn(&e, &pool, nil, one)
			e.Tick()
			if out, failed := j.Take(); err != nil || failed != nil || out != 1 {
				t.Error("not run")
			}
		},
		"a full pool": func() {
			var js [5]task.JoinHandle[int]
			for i := range js {
				js[i], _ = SpawnIn(&e, &pool, nil, one)
			}
			e.Tick()
			for _, j := range js {
				j.Detach()
			}
		},
		"inject and steal": func() {
			j, _ := Spawn(&in, &other, nil, ready)
			if s, r := in.TrySteal(); r == queue.Item {
				s.Half(&thief)
				s.Release()
			}
			thief.Tick()
			j.Detach()
		},
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
