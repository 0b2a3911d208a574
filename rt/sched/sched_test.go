package sched

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

type (
	unit = task.Task[task.None]
	none = task.None
)

func ready(*none, *task.Context) task.Poll   { return task.Ready }
func pending(*none, *task.Context) task.Poll { return task.Pending }

// spawn starts a task that must be free.
func spawn(t *testing.T, e *Executor, tk *unit, poll task.Func[none]) task.JoinHandle[none] {
	t.Helper()
	j, err := Spawn(e, tk, &task.Metadata{Name: t.Name()}, poll)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// want checks a tick.
func want(t *testing.T, got Tick, polled, completed int32, remaining bool) {
	t.Helper()
	if got.Polled != polled || got.Completed != completed || got.Remaining != remaining {
		t.Fatalf("tick %+v, want %d polled, %d completed, remaining %v", got, polled, completed, remaining)
	}
	if got.Spawned+got.WokenExternally+got.WokenInternally != got.Polled {
		t.Fatalf("tick %+v: the causes do not add up", got)
	}
}

func TestSpawnRunJoin(t *testing.T) {
	var e Executor
	var tk unit
	j := spawn(t, &e, &tk, ready)
	if _, err := j.Take(); err != task.ErrRunning {
		t.Fatal("done before it was polled")
	}
	want(t, e.Tick(), 1, 1, false)
	if _, err := j.Take(); err != nil {
		t.Fatalf("joined: %v", err)
	}
	if _, err := j.Take(); err != task.ErrStale {
		t.Fatalf("joined twice: %v", err)
	}
	spawn(t, &e, &tk, ready) // the slot is free
}

func TestSpawnAlive(t *testing.T) {
	var e Executor
	var tk unit
	j := spawn(t, &e, &tk, pending)
	for _, when := range []string{"ready", "idle"} {
		if _, err := Spawn(&e, &tk, nil, ready); err != task.ErrAlive {
			t.Fatalf("%s: spawned a live task again: %v", when, err)
		}
		e.Tick()
	}
	j.Waker().Cancel()
	e.Tick()
	if _, err := Spawn(&e, &tk, nil, ready); err != task.ErrAlive {
		t.Fatalf("spawned over a result: %v", err)
	}
	j.Detach()
	spawn(t, &e, &tk, ready)
}

func TestWakesInBetweenPollOnce(t *testing.T) {
	var e Executor
	var tk unit
	w := spawn(t, &e, &tk, pending).Waker()
	want(t, e.Tick(), 1, 0, false)
	want(t, e.Tick(), 0, 0, false)
	w.Wake()
	w.Wake()
	w.Wake()
	want(t, e.Tick(), 1, 0, false)
	if i := e.Tasks()[0]; i.Polls != 2 || i.Wakes != 1 || i.State != "idle" {
		t.Fatalf("%+v", i)
	}
}

// A wake during a poll repeats the poll, and the task goes to the tail.
func TestSelfWakeGoesToTheTail(t *testing.T) {
	var e Executor
	var order []string
	var a, b unit
	spawn(t, &e, &a, func(_ *none, cx *task.Context) task.Poll {
		order = append(order, "a")
		if len(order) > 4 {
			return task.Ready
		}
		cx.Waker().Wake()
		return task.Pending
	})
	spawn(t, &e, &b, func(_ *none, cx *task.Context) task.Poll {
		order = append(order, "b")
		cx.Waker().Wake()
		return task.Pending
	})
	want(t, e.TickN(6), 6, 1, true)
	if got := strings.Join(order, ""); got != "ababab" {
		t.Fatalf("polled in the order %s", got)
	}
}

func TestBudget(t *testing.T) {
	var e Executor
	tasks := make([]unit, 5)
	for i := range tasks {
		spawn(t, &e, &tasks[i], ready)
	}
	want(t, e.TickN(0), 0, 0, true)
	want(t, e.TickN(3), 3, 3, true)
	want(t, e.TickN(3), 2, 2, false)
}

func TestCancel(t *testing.T) {
	for _, c := range []struct {
		name  string
		ticks int // before the cancel
		polls int // in all
	}{{"queued", 0, 0}, {"idle", 1, 1}} {
		t.Run(c.name, func(t *testing.T) {
			var e Executor
			var tk unit
			polls := 0
			j := spawn(t, &e, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
			for range c.ticks {
				e.Tick()
			}
			if !j.Waker().Cancel() || j.Waker().Cancel() {
				t.Fatal("the first cancel, and only that, does it")
			}
			want(t, e.Tick(), 1, 1, false)
			if _, err := j.Take(); err != task.ErrCancelled {
				t.Fatalf("%v", err)
			}
			if polls != c.polls {
				t.Fatalf("polled %d times", polls)
			}
		})
	}
	t.Run("running", func(t *testing.T) {
		var e Executor
		var tk unit
		j := spawn(t, &e, &tk, func(_ *none, cx *task.Context) task.Poll {
			if !cx.Waker().Cancel() {
				t.Error("could not cancel itself")
			}
			return task.Pending
		})
		want(t, e.Tick(), 1, 1, false)
		if _, err := j.Take(); err != task.ErrCancelled {
			t.Fatal(err)
		}
	})
	t.Run("over", func(t *testing.T) {
		var e Executor
		var tk unit
		j := spawn(t, &e, &tk, ready)
		e.Tick()
		if j.Waker().Cancel() {
			t.Fatal("cancelled a completed task")
		}
	})
}

func TestPanicEndsThatTaskAlone(t *testing.T) {
	var e Executor
	var a, b unit
	ja := spawn(t, &e, &a, func(*none, *task.Context) task.Poll {
		var p *int
		*p = 1
		return task.Pending
	})
	spawn(t, &e, &b, ready)
	want(t, e.Tick(), 2, 2, false)
	_, err := ja.Take()
	var p *task.PanicError
	if !errors.As(err, &p) || p.Task != t.Name() || len(p.Stack) == 0 || !strings.Contains(p.Error(), "nil pointer") {
		t.Fatalf("%v", err)
	}
}

func TestStaleHandleDoesNothing(t *testing.T) {
	var e Executor
	var tk unit
	j := spawn(t, &e, &tk, ready)
	w := j.Waker()
	e.Tick()
	j.Take()
	spawn(t, &e, &tk, pending)
	e.Tick()
	before := task.Stale()
	w.Wake()
	if w.Cancel() {
		t.Fatal("a stale handle cancelled a later life")
	}
	want(t, e.Tick(), 0, 0, false)
	if got := task.Stale() - before; got != 2 {
		t.Fatalf("%d stale uses counted, want 2", got)
	}
	if _, err := j.Take(); err != task.ErrStale {
		t.Fatal(err)
	}
}

func TestNestedTickDoesNothing(t *testing.T) {
	var e Executor
	var a, b unit
	spawn(t, &e, &a, func(*none, *task.Context) task.Poll {
		if n := e.Tick(); n.Polled != 0 {
			t.Errorf("nested tick polled %d", n.Polled)
		}
		return task.Ready
	})
	spawn(t, &e, &b, ready)
	want(t, e.Tick(), 2, 2, false)
}

// Wakes from many goroutines while the executor runs: the task sees every value that
// was published before its wake.
func TestWakesFromOtherGoroutines(t *testing.T) {
	const wakers, each = 8, 2000
	var e Executor
	var mu sync.Mutex
	count := 0
	var tk unit
	j := spawn(t, &e, &tk, func(*none, *task.Context) task.Poll {
		mu.Lock()
		defer mu.Unlock()
		if count == wakers*each {
			return task.Ready
		}
		return task.Pending
	})
	w := j.Waker()
	for range wakers {
		go func() {
			for range each {
				mu.Lock()
				count++
				mu.Unlock()
				w.Wake()
			}
		}()
	}
	e.runUntil(j.Done)
}

// What an earlier life has left as its output, and nobody has taken, is not the next one's.
func TestOutputBeginsAtZero(t *testing.T) {
	var e Executor
	var tk task.Task[int]
	for life := range 2 {
		j, err := Spawn(&e, &tk, nil, func(out *int, _ *task.Context) task.Poll {
			*out += 3
			return task.Ready
		})
		if err != nil {
			t.Fatal(err)
		}
		if life == 0 {
			j.Detach()
		}
		e.Tick()
		if life == 1 {
			if out, err := j.Take(); out != 3 || err != nil {
				t.Errorf("%d, %v", out, err)
			}
		}
	}
}
