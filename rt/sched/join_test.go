package sched

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

// polled is how often each live task of the executor was polled.
func polled(e *Executor, w task.Waker) uint32 {
	for _, i := range e.Tasks() {
		if i.ID == w.ID() {
			return i.Polls
		}
	}
	return 0
}

func TestTypedOutput(t *testing.T) {
	var e Executor
	var tk task.Task[string]
	for _, text := range []string{"one", "two"} { // the second life has its own
		j, err := Spawn(&e, &tk, nil, func(out *string, _ *task.Context) task.Poll { *out = text; return task.Ready })
		if err != nil {
			t.Fatal(err)
		}
		e.Tick()
		if out, err := j.Take(); out != text || err != nil {
			t.Fatalf("%q %v", out, err)
		}
	}
}

// A second poll with another waker takes the place of the first.
func TestJoinWakesTheLastWaker(t *testing.T) {
	var e Executor
	var child, first, second unit
	j := spawn(t, &e, &child, pending)
	w1 := spawn(t, &e, &first, pending).Waker()
	w2 := spawn(t, &e, &second, pending).Waker()
	e.Tick()
	joinWith(j, w1)
	joinWith(j, w2)
	j.Cancel()
	want(t, e.Tick(), 2, 1, false)
	if n1, n2 := polled(&e, w1), polled(&e, w2); n1 != 1 || n2 != 2 {
		t.Fatalf("the first joiner was polled %d times, the second %d", n1, n2)
	}
}

// A handle that was polled and then given up wakes nobody.
func TestDetachedWakesNobody(t *testing.T) {
	var e Executor
	var child, waiting unit
	j := spawn(t, &e, &child, pending)
	w := spawn(t, &e, &waiting, pending).Waker()
	e.Tick()
	joinWith(j, w)
	j.Detach()
	j.Waker().Cancel()
	want(t, e.Tick(), 1, 1, false)
	if n := polled(&e, w); n != 1 {
		t.Fatalf("the former joiner was polled %d times", n)
	}
	if _, err := j.Take(); err != task.ErrStale || joinWith(j, w) != task.Ready {
		t.Fatalf("joined after Detach: %v", err)
	}
	spawn(t, &e, &child, ready) // the slot is free
}

func TestDetachedRunsOn(t *testing.T) {
	var e Executor
	var tk unit
	spawn(t, &e, &tk, ready).Detach()
	want(t, e.Tick(), 1, 1, false)
	spawn(t, &e, &tk, ready)
}

// A cancel that comes after completion says so, and the output is there all the same.
func TestCancelledLate(t *testing.T) {
	var e Executor
	var tk task.Task[int]
	j, _ := Spawn(&e, &tk, nil, func(out *int, _ *task.Context) task.Poll { *out = 7; return task.Ready })
	e.Tick()
	if j.Cancel() {
		t.Error("cancelled what was over")
	}
	out, err := j.Take()
	if out != 7 || err != task.ErrCancelledLate || !errors.Is(err, task.ErrCancelled) {
		t.Fatalf("%d %v", out, err)
	}
}

// The number outlives the task and is nobody else's.
func TestIDOutlivesTheTask(t *testing.T) {
	var e Executor
	var tk unit
	j := spawn(t, &e, &tk, ready)
	id := j.ID()
	e.Tick()
	j.Take()
	k := spawn(t, &e, &tk, ready)
	if id == 0 || j.ID() != id || k.ID() == id {
		t.Fatalf("%d, then %d; the next %d", id, j.ID(), k.ID())
	}
	if (task.JoinHandle[none]{}).ID() != 0 {
		t.Error("nobody has a number")
	}
}

// A handle of nobody is stale, and does no harm.
func TestZeroHandle(t *testing.T) {
	var j task.JoinHandle[int]
	if _, err := j.Take(); err != task.ErrStale {
		t.Error(err)
	}
	j.Detach()
	j.Waker().Wake()
	if j.Cancel() || !j.Done() {
		t.Error("a task of nobody is to be cancelled")
	}
}

// parent and child: a task that waits for another is woken by its end, in the same tick.
func TestJoinInATask(t *testing.T) {
	var e Executor
	var parent, child task.Task[int]
	spawnChild := func() task.JoinHandle[int] {
		y := task.NewYield(1)
		j, err := Spawn(&e, &child, nil, func(out *int, cx *task.Context) task.Poll { *out = 3; return y.Poll(cx) })
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	var j task.JoinHandle[int]
	begun := false
	p, _ := Spawn(&e, &parent, nil, func(out *int, cx *task.Context) task.Poll {
		if !begun {
			begun, j = true, spawnChild()
		}
		if j.Poll(cx) == task.Pending {
			return task.Pending
		}
		n, err := j.Take()
		*out = n + 1
		if err != nil {
			t.Error(err)
		}
		return task.Ready
	})
	got := e.Tick()
	want(t, got, 4, 2, false)
	if got.Spawned != 2 || got.WokenExternally != 1 || got.WokenInternally != 1 {
		t.Errorf("%+v", got)
	}
	if out, err := p.Take(); out != 4 || err != nil {
		t.Errorf("%d %v", out, err)
	}
}
