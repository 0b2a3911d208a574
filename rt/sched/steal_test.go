package sched

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// steal begins to steal, which must be possible.
func steal(t *testing.T, e *Executor) Stealer {
	t.Helper()
	s, r := e.TrySteal()
	if r != queue.Item {
		t.Fatalf("TrySteal: %v", r)
	}
	return s
}

// What is asked for is what is moved, oldest first.
func TestStealExactly(t *testing.T) {
	for _, c := range []struct {
		name  string
		tasks int
		steal func(s *Stealer, to *Executor) int
		want  int
	}{
		{"one", 3, func(s *Stealer, to *Executor) int { s.One(to); return 1 }, 1},
		{"none", 3, func(s *Stealer, to *Executor) int { return s.N(to, 0) }, 0},
		{"fewer than none", 3, func(s *Stealer, to *Executor) int { return s.N(to, -1) }, 0},
		{"two", 3, func(s *Stealer, to *Executor) int { return s.N(to, 2) }, 2},
		{"more than there are", 3, func(s *Stealer, to *Executor) int { return s.N(to, 9) }, 3},
		{"half of an even number", 4, func(s *Stealer, to *Executor) int { return s.Half(to) }, 2},
		{"half of an odd number", 5, func(s *Stealer, to *Executor) int { return s.Half(to) }, 3},
		{"half of one", 1, func(s *Stealer, to *Executor) int { return s.Half(to) }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var victim, thief Executor
			victim.Share()
			tasks := make([]unit, c.tasks)
			var ran []int
			for i := range tasks {
				spawn(t, &victim, &tasks[i], func(*none, *task.Context) task.Poll { ran = append(ran, i); return task.Ready })
			}
			s := steal(t, &victim)
			if s.Len() != c.tasks {
				t.Fatalf("%d to be stolen, not %d", s.Len(), c.tasks)
			}
			if got := c.steal(&s, &thief); got != c.want {
				t.Fatalf("said %d, not %d", got, c.want)
			}
			s.Release()
			got := thief.Tick()
			want(t, got, int32(c.want), int32(c.want), false)
			if got.WokenExternally != got.Polled {
				t.Errorf("stolen tasks count as %+v", got)
			}
			want(t, victim.Tick(), int32(c.tasks-c.want), int32(c.tasks-c.want), false)
			for i, k := range ran {
				if i != k {
					t.Errorf("order %v", ran)
				}
			}
		})
	}
}

func TestStealIsExclusive(t *testing.T) {
	var e, thief Executor
	e.Share()
	if _, r := e.TrySteal(); r != queue.Empty {
		t.Fatalf("of nothing: %v", r)
	}
	var tk unit
	spawn(t, &e, &tk, ready)
	s := steal(t, &e)
	if _, r := e.TrySteal(); r != queue.Busy {
		t.Fatalf("twice: %v", r)
	}
	want(t, e.Tick(), 0, 0, true)
	s.Release()
	want(t, e.Tick(), 1, 1, false)

	var own Executor
	spawn(t, &own, new(unit), ready)
	if _, r := own.TrySteal(); r != queue.Busy {
		t.Fatalf("of an executor that does not share: %v", r)
	}
	want(t, thief.Tick(), 0, 0, false)
}

// The victim is inside a poll for a long time: what waits behind it can be stolen, and
// runs; what it has in hand cannot.
func TestStealFromABlockedExecutor(t *testing.T) {
	var victim, thief Executor
	victim.Share()
	var long, short unit
	inside, leave := make(chan task.Waker), make(chan none)
	spawn(t, &victim, &long, func(_ *none, cx *task.Context) task.Poll {
		inside <- cx.Waker()
		<-leave
		return task.Ready
	})
	j := spawn(t, &victim, &short, ready)
	over := make(chan Tick)
	go func() { over <- victim.Tick() }()
	if w := <-inside; victim.Current() != w {
		t.Error("the task being polled is not the current one")
	}
	s := steal(t, &victim)
	if s.N(&thief, 2) != 1 {
		t.Error("stole what was in hand")
	}
	s.Release()
	want(t, thief.Tick(), 1, 1, false)
	if !j.Done() {
		t.Error("not over")
	}
	close(leave)
	want(t, <-over, 1, 1, false)
}

// Workers take from an injector and from each other, until every task has run, each the
// number of times that it yields.
func TestInjectorAndWorkers(t *testing.T) {
	const workers, tasks, yields = 4, 64, 20
	var in Injector
	execs := make([]Executor, workers)
	units := make([]unit, tasks)
	var left atomic.Int32
	left.Store(tasks)
	polls := make([]int, tasks)
	for i := range units {
		y := task.NewYield(yields)
		j, err := Spawn(&in, &units[i], nil, func(_ *none, cx *task.Context) task.Poll {
			polls[i]++
			p := y.Poll(cx)
			if p == task.Ready {
				left.Add(-1)
			}
			return p
		})
		if err != nil {
			t.Fatal(err)
		}
		j.Detach()
	}
	for i := range execs {
		execs[i].Share()
	}
	var all sync.WaitGroup
	for i := range execs {
		all.Go(func() {
			e := &execs[i]
			for left.Load() > 0 {
				if s, r := in.TrySteal(); r == queue.Item {
					s.Half(e)
					s.Release()
				}
				if s, r := execs[(i+1)%workers].TrySteal(); r == queue.Item {
					s.One(e)
					s.Release()
				}
				e.TickN(10)
			}
		})
	}
	all.Wait()
	for i, n := range polls {
		if n != yields+1 {
			t.Errorf("task %d was polled %d times, not %d", i, n, yields+1)
		}
	}
}
