package sched

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

func TestBlockOn(t *testing.T) {
	var e Executor
	var main, helper task.Task[int]
	out, err := BlockOn(&e, &main, nil, func(out *int, cx *task.Context) task.Poll {
		if *out++; *out == 1 {
			w := cx.Waker()
			Spawn(&e, &helper, nil, func(*int, *task.Context) task.Poll { w.Wake(); return task.Ready })
			return task.Pending
		}
		return task.Ready
	})
	if out != 2 || err != nil {
		t.Fatalf("%d %v", out, err)
	}
}

// It parks, and a wake from another goroutine ends that.
func TestBlockOnParks(t *testing.T) {
	var e Executor
	var main unit
	wakers := make(chan task.Waker)
	woken := false
	go func() { w := <-wakers; w.Wake() }()
	if _, err := BlockOn(&e, &main, nil, func(_ *none, cx *task.Context) task.Poll {
		if woken {
			return task.Ready
		}
		woken = true
		wakers <- cx.Waker()
		return task.Pending
	}); err != nil {
		t.Fatal(err)
	}
}

// Neither a task of the executor nor another goroutine can run it as well.
func TestRunTwice(t *testing.T) {
	var e Executor
	refused := func(want string) {
		t.Helper()
		defer func() {
			if v := recover(); v != want {
				t.Errorf("%v, want %q", v, want)
			}
		}()
		e.Run()
	}
	var main unit
	if _, err := BlockOn(&e, &main, nil, func(_ *none, cx *task.Context) task.Poll {
		refused("sched: Run in a poll of the same executor")
		return task.Ready
	}); err != nil {
		t.Error(err)
	}
	begun, woken := make(chan task.Waker), make(chan bool)
	go func() {
		w := <-begun
		for !e.queue.Parked() {
			runtime.Gosched()
		}
		refused("sched: Run of an executor that another goroutine runs")
		w.Wake()
		woken <- true
	}()
	told := false
	if _, err := BlockOn(&e, &main, nil, func(_ *none, cx *task.Context) task.Poll {
		if !told {
			told = true
			begun <- cx.Waker()
			return task.Pending
		}
		return task.Ready
	}); err != nil {
		t.Error(err)
	}
	<-woken
}

func TestBlockOnPanics(t *testing.T) {
	var e Executor
	var main unit
	_, err := BlockOn(&e, &main, task.Named("main"), func(*none, *task.Context) task.Poll { panic("no") })
	var p *task.PanicError
	if !errors.As(err, &p) || p.Value != "no" || p.Task != "main" || len(p.Stack) == 0 {
		t.Fatalf("%v", err)
	}
}

// Another executor could end the task of BlockOn, and would wake nobody here.
func TestBlockOnShared(t *testing.T) {
	var e Executor
	e.Share()
	defer func() {
		if v := recover(); v != "sched: BlockOn on an executor that others steal from" {
			t.Errorf("%v", v)
		}
	}()
	BlockOn(&e, new(unit), nil, func(*none, *task.Context) task.Poll { return task.Ready })
}

// exiting runs for as long as the test program: Run does not return, and a parker has one
// goroutine.
var exiting = sync.OnceValue(func() *Executor {
	e := new(Executor)
	go e.Run()
	return e
})

// A poll function that ends the goroutine ends its task, and not its executor.
func TestGoexit(t *testing.T) {
	e := exiting()
	for range 3 {
		ended := make(chan error, 1)
		var exits, joins, other unit
		j, _ := Spawn(e, &exits, task.Named("exits"), func(*none, *task.Context) task.Poll { runtime.Goexit(); return task.Ready })
		Spawn(e, &joins, nil, func(_ *none, cx *task.Context) task.Poll {
			if j.Poll(cx) == task.Pending {
				return task.Pending
			}
			_, err := j.Take()
			ended <- err
			return task.Ready
		})
		var p *task.PanicError
		if err := <-ended; !errors.As(err, &p) || p.Task != "exits" || p.Value != exited {
			t.Fatalf("%v", err)
		}
		done := make(chan struct{})
		Spawn(e, &other, nil, func(*none, *task.Context) task.Poll { close(done); return task.Ready })
		<-done
	}
}

// The same in a tick: the executor can be ticked by another goroutine.
func TestGoexitInTick(t *testing.T) {
	var e Executor
	var exits, other unit
	Spawn(&e, &exits, nil, func(*none, *task.Context) task.Poll { runtime.Goexit(); return task.Ready })
	ticked := make(chan struct{})
	go func() {
		defer close(ticked)
		e.Tick()
	}()
	<-ticked
	j, _ := Spawn(&e, &other, nil, func(*none, *task.Context) task.Poll { return task.Ready })
	if e.Tick(); !j.Done() {
		t.Error("the executor does not tick any more")
	}
}

// Each yields once: twenty polls and nothing left, in one tick.
func TestScheduleMany(t *testing.T) {
	var e Executor
	tasks := make([]unit, 10)
	for i := range tasks {
		y := task.NewYield(1)
		spawn(t, &e, &tasks[i], func(_ *none, cx *task.Context) task.Poll { return y.Poll(cx) })
	}
	got := e.Tick()
	want(t, got, 20, 10, false)
	if got.Spawned != 10 || got.WokenInternally != 10 {
		t.Errorf("%+v", got)
	}
}

// Task i yields i times, all in one tick.
func TestManyYields(t *testing.T) {
	var e Executor
	tasks := make([]unit, 10)
	for i := range tasks {
		y := task.NewYield(i)
		spawn(t, &e, &tasks[i], func(_ *none, cx *task.Context) task.Poll { return y.Poll(cx) })
	}
	want(t, e.Tick(), 55, 10, false)
}

// Three wakes of an idle task are one poll, and counted as one.
func TestStatistics(t *testing.T) {
	var e Executor
	var tk unit
	w := spawn(t, &e, &tk, pending).Waker()
	if got := e.Tick(); got != (Tick{Polled: 1, WakeReasons: WakeReasons{Spawned: 1}}) {
		t.Errorf("%+v", got)
	}
	for range 3 {
		w.Wake()
	}
	if got := e.Tick(); got != (Tick{Polled: 1, WakeReasons: WakeReasons{WokenExternally: 1}}) {
		t.Errorf("%+v", got)
	}
	if got := e.Tick(); got != (Tick{}) {
		t.Errorf("%+v", got)
	}
}

// The bound of the package comment: between two polls of a task that always wakes itself,
// each task that was ready is polled once, whatever the budget of a tick.
func TestFairness(t *testing.T) {
	const greedy, tasks, polls = 3, 20, 2000
	for _, budget := range []int{1, 2, 7, TickSize} {
		var e Executor
		units := make([]unit, greedy+tasks)
		since := make([]int, greedy+tasks) // polls of others since it became ready
		total := 0
		for i := range units {
			spawn(t, &e, &units[i], func(_ *none, cx *task.Context) task.Poll {
				total++
				if waited := total - since[i]; waited > greedy+tasks {
					t.Fatalf("a ready task waited for %d polls of others", waited-1)
				}
				since[i] = total
				if i < greedy || total%3 == 0 {
					cx.Waker().Wake()
				} else {
					// ready again at once, by somebody else
					w := cx.Waker()
					defer func() { w.Wake() }()
				}
				return task.Pending
			})
		}
		for total < polls {
			e.TickN(budget)
		}
	}
}

// No current task outside of a poll, and after a panic.
func TestCurrent(t *testing.T) {
	var e Executor
	var a, b unit
	spawn(t, &e, &a, func(_ *none, cx *task.Context) task.Poll {
		if e.Current() != cx.Waker() || e.Current().ID() != cx.ID() || !cx.Waker().WillWake(cx) {
			t.Error("not the current task in its own poll")
		}
		panic("over")
	})
	spawn(t, &e, &b, pending)
	e.Tick()
	if e.Current() != (task.Waker{}) {
		t.Error("a current task without a poll")
	}
}
