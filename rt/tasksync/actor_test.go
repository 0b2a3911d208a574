package tasksync

import (
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type none = task.None

// tester is a test or a run of a property.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// actor is a task that does what the test tells it to, in a poll of its own, and counts
// how often it was woken otherwise.
type actor struct {
	e     *sched.Executor
	tk    task.Task[none]
	join  task.JoinHandle[none]
	w     Wait
	do    func(cx *task.Context)
	wakes int
}

func (a *actor) poll(_ *none, cx *task.Context) task.Poll {
	if a.do == nil {
		a.wakes++
		return task.Pending
	}
	do := a.do
	a.do = nil
	do(cx)
	return task.Pending
}

// actors makes n of them on one executor.
func actors(t tester, n int) []*actor {
	e := new(sched.Executor)
	list := make([]*actor, n)
	for i := range list {
		a := &actor{e: e, do: func(*task.Context) {}}
		a.spawn(t)
		list[i] = a
	}
	e.Tick()
	return list
}

func (a *actor) spawn(t tester) {
	t.Helper()
	var err error
	if a.join, err = sched.Spawn(a.e, &a.tk, nil, a.poll); err != nil {
		t.Fatal(err)
	}
}

// in calls f in a poll of the actor.
func (a *actor) in(f func(cx *task.Context)) {
	a.do = f
	a.join.Waker().Wake()
	a.e.Tick()
}

// tries does one poll of an operation.
func (a *actor) tries(op func(cx *task.Context, w *Wait) Result) (r Result) {
	a.in(func(cx *task.Context) { r = op(cx, &a.w) })
	return r
}

// cancel gives the actor's wait up.
func (a *actor) cancel() { a.in(func(*task.Context) { a.w.Cancel() }) }

// dies ends the actor's task as it is.
func (a *actor) dies(t tester) {
	t.Helper()
	if !a.join.Cancel() {
		t.Fatal("not cancelled")
	}
	a.e.Tick()
	if _, err := a.join.Take(); err != task.ErrCancelled {
		t.Fatalf("joined: %v", err)
	}
	if a.w.Waiting() {
		t.Fatal("the task is over, and its wait is not")
	}
}

// woken says whether the actor was woken since the last look.
func (a *actor) woken() bool {
	a.e.Tick()
	n := a.wakes
	a.wakes = 0
	return n > 0
}

func want(t tester, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}
