package coro

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/internal/coroutines"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// event is what the tests await: set by anybody, it wakes the last task that polled.
type event struct {
	set   bool
	polls int
	waker task.Waker
}

func (ev *event) Poll(cx *task.Context) task.Poll {
	ev.polls++
	ev.waker = cx.Waker()
	if !ev.set {
		return task.Pending
	}
	ev.set = false
	return task.Ready
}

func (ev *event) fire() {
	ev.set = true
	ev.waker.Wake()
}

type place = task.Task[error]

// spawn starts a body and polls it for the first time.
func spawn(t testing.TB, e *sched.Executor, tk *place, body func(*Ctx) error) task.JoinHandle[error] {
	t.Helper()
	j, err := sched.Spawn(e, tk, task.Named("body"), Func(body))
	if err != nil {
		t.Fatal(err)
	}
	e.Tick()
	return j
}

// result takes the result of a task that is over.
func result(t testing.TB, j task.JoinHandle[error]) (out, err error) {
	t.Helper()
	out, err = j.Take()
	if err == task.ErrRunning {
		t.Fatal("the task is not over")
	}
	return out, err
}

func TestAwait(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var tk place
	var ev event
	var log []string
	failure := errors.New("the body's")
	j := spawn(t, &e, &tk, func(c *Ctx) error {
		for n := range 3 {
			log = append(log, fmt.Sprint("await ", n))
			c.Await(&ev)
		}
		return failure
	})
	for n := range 3 {
		if want := fmt.Sprint("await ", n); log[len(log)-1] != want || j.Done() {
			t.Fatalf("%q, done %v", log, j.Done())
		}
		j.Waker().Wake() // for nothing
		e.Tick()
		ev.fire()
		e.Tick()
	}
	if out, err := result(t, j); out != failure || err != nil {
		t.Errorf("%v, %v", out, err)
	}
	if ev.polls != 9 { // first, for nothing, and when it is there
		t.Errorf("%d polls", ev.polls)
	}
}

// What is ready is not waited for, and a yield lets the others go first.
func TestYield(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var tasks [3]place
	var log []int
	for i := range tasks {
		j, _ := sched.Spawn(&e, &tasks[i], nil, Func(func(c *Ctx) error {
			ev := event{set: true}
			c.Await(&ev)
			for range 2 {
				log = append(log, i)
				c.Yield()
			}
			return nil
		}))
		j.Detach()
	}
	for e.Tick().Remaining {
	}
	if !slices.Equal(log, []int{0, 1, 2, 0, 1, 2}) {
		t.Errorf("%v", log)
	}
}

func TestOutput(t *testing.T) {
	var e sched.Executor
	var tk task.Task[string]
	j, _ := sched.Spawn(&e, &tk, nil, Func(func(c *Ctx) string { c.Yield(); return "typed" }))
	e.Tick()
	if out, err := j.Take(); out != "typed" || err != nil {
		t.Errorf("%q %v", out, err)
	}
}

func TestJoin(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var parent place
	var child task.Task[int]
	var ev event
	jc, _ := sched.Spawn(&e, &child, nil, Func(func(c *Ctx) int { c.Await(&ev); return 3 }))
	j := spawn(t, &e, &parent, func(c *Ctx) error {
		n, err := Join(c, jc)
		if n != 3 || err != nil {
			t.Errorf("joined with %d, %v", n, err)
		}
		if _, err := Join(c, jc); err != task.ErrStale {
			t.Errorf("joined again with %v", err)
		}
		return nil
	})
	if j.Done() {
		t.Fatal("over before the child")
	}
	ev.fire()
	e.Tick()
	result(t, j)
}

// The ways in which a body in an await can be cancelled. Each runs its deferred calls once,
// in order, before the joiner is told; none returns from the await.
func TestCancel(t *testing.T) {
	for name, c := range map[string]struct {
		cancel func(e *sched.Executor, j task.JoinHandle[error], ev *event)
		want   error
	}{
		"by the handle": {func(e *sched.Executor, j task.JoinHandle[error], _ *event) { j.Cancel(); e.Tick() }, task.ErrCancelled},
		"by the waker":  {func(e *sched.Executor, j task.JoinHandle[error], _ *event) { j.Waker().Cancel(); e.Tick() }, task.ErrCancelled},
		"when it was woken": {func(e *sched.Executor, j task.JoinHandle[error], ev *event) {
			ev.fire()
			j.Cancel()
			e.Tick()
		}, task.ErrCancelled},
		"by a shutdown": {func(e *sched.Executor, _ task.JoinHandle[error], _ *event) { e.Shutdown() }, task.ErrShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			coroutines.Check(t)
			var e sched.Executor
			var tk place
			var ev event
			var log []string
			j := spawn(t, &e, &tk, func(c *Ctx) error {
				defer func() { log = append(log, fmt.Sprint("first, recovered ", recover())) }()
				defer func() {
					log = append(log, "awaits")
					c.Await(&event{set: true})
					log = append(log, "came back")
				}()
				func() {
					defer func() { log = append(log, fmt.Sprint("inner, recovered ", recover())) }()
					c.Await(&ev)
				}()
				log = append(log, "went on")
				for {
					c.Await(&ev)
				}
			})
			c.cancel(&e, j, &ev)
			if _, err := result(t, j); err != c.want {
				t.Errorf("joined with %v", err)
			}
			if !slices.Equal(log, []string{"inner, recovered <nil>", "awaits", "first, recovered <nil>"}) {
				t.Errorf("%q", log)
			}
			if ev.polls != 1 {
				t.Errorf("%d polls", ev.polls)
			}
		})
	}
}

// A body that was never polled has nothing to undo, and one that is cancelled while it runs
// is unwound at its next await, or ends first.
func TestCancelElsewhere(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var fresh, running, ending place
	began := false
	jf, _ := sched.Spawn(&e, &fresh, nil, Func(func(*Ctx) error { began = true; return nil }))
	jf.Cancel()
	e.Tick()
	if _, err := result(t, jf); err != task.ErrCancelled || began {
		t.Errorf("before its first poll: %v, began %v", err, began)
	}
	var log []string
	jr := spawn(t, &e, &running, func(c *Ctx) error {
		defer func() { log = append(log, "undone") }()
		c.Waker().Cancel()
		log = append(log, "goes on")
		c.Yield()
		log = append(log, "went on")
		return nil
	})
	if _, err := result(t, jr); err != task.ErrCancelled || !slices.Equal(log, []string{"goes on", "undone"}) {
		t.Errorf("%v %q", err, log)
	}
	je := spawn(t, &e, &ending, func(c *Ctx) error { c.Waker().Cancel(); return nil })
	if _, err := result(t, je); err != task.ErrCancelledLate {
		t.Errorf("it completed: %v", err)
	}
}

// Who awaits a cancelled task inside of another is told after the deferred calls.
func TestCancelIsSeenAfterUnwinding(t *testing.T) {
	var e sched.Executor
	var child, parent place
	undone := false
	jc := spawn(t, &e, &child, func(c *Ctx) error {
		defer func() { undone = true }()
		c.Await(&event{})
		return nil
	})
	jp := spawn(t, &e, &parent, func(c *Ctx) error {
		_, err := Join(c, jc)
		if !undone {
			t.Error("told before")
		}
		return err
	})
	jc.Cancel()
	e.Tick()
	if out, err := result(t, jp); out != task.ErrCancelled || err != nil {
		t.Errorf("%v, %v", out, err)
	}
}

func explode(text string) { panic(text) }

// A panic, and Goexit, end the task with the stack where it was, in the body and in a
// deferred call of a cancelled one; the executor goes on.
func TestPanic(t *testing.T) {
	for name, c := range map[string]struct {
		body  func(c *Ctx) error
		value string
		on    string // in the stack
	}{
		"in the body": {func(c *Ctx) error { c.Yield(); explode("boom"); return nil }, "boom", "coro.explode("},
		"in a deep await": {func(c *Ctx) error {
			c.AwaitFunc(func(*task.Context) task.Poll { explode("boom"); return 0 })
			return nil
		}, "boom", "coro.explode("},
		"Goexit":           {func(c *Ctx) error { runtime.Goexit(); return nil }, "its body called runtime.Goexit", "TestPanic"},
		"when cancelled":   {func(c *Ctx) error { defer explode("boom"); c.Waker().Cancel(); c.Yield(); return nil }, "boom", "coro.explode("},
		"while panicking":  {func(c *Ctx) error { defer explode("second"); explode("first"); return nil }, "second", "coro.explode("},
		"awaits in defers": {func(c *Ctx) error { defer c.Yield(); explode("boom"); return nil }, "boom", "coro.explode("},
	} {
		t.Run(name, func(t *testing.T) {
			coroutines.Check(t)
			var e sched.Executor
			var tk, other place
			bystander := spawn(t, &e, &other, func(c *Ctx) error { c.Await(&event{}); return nil })
			j := spawn(t, &e, &tk, c.body)
			for e.Tick().Remaining {
			}
			_, err := result(t, j)
			var p *task.PanicError
			if !errors.As(err, &p) || p.Value != c.value || p.Task != "body" {
				t.Fatalf("%v", err)
			}
			if !strings.Contains(string(p.Stack), c.on) {
				t.Errorf("no %s in\n%s", c.on, p.Stack)
			}
			if bystander.Done() {
				t.Error("another task ended")
			}
			bystander.Cancel()
			e.Tick()
		})
	}
}

// A panic of a cancelled body is what a shutdown tells as well.
func TestPanicInShutdown(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var tk place
	j := spawn(t, &e, &tk, func(c *Ctx) error { defer explode("boom"); c.Await(&event{}); return nil })
	e.Shutdown()
	var p *task.PanicError
	if _, err := result(t, j); !errors.As(err, &p) || p.Value != "boom" {
		t.Errorf("%v", err)
	}
}

// A Func can be used again when its task is over, however it ended, and not before.
func TestFuncAgain(t *testing.T) {
	coroutines.Check(t)
	var e sched.Executor
	var tk, other place
	round := 0
	f := Func(func(c *Ctx) error {
		round++
		switch round {
		case 1:
			panic("on purpose")
		case 2:
			c.Await(&event{})
		}
		return nil
	})
	again := func() task.JoinHandle[error] {
		j, err := sched.Spawn(&e, &tk, nil, f)
		if err != nil {
			t.Fatal(err)
		}
		e.Tick()
		return j
	}
	if _, err := result(t, again()); err == nil {
		t.Error("no panic")
	}
	j := again()
	jo, _ := sched.Spawn(&e, &other, nil, f)
	e.Tick()
	if _, err := result(t, jo); err == nil || !strings.Contains(err.Error(), "another task already") {
		t.Errorf("spawned twice: %v", err)
	}
	j.Cancel()
	e.Tick()
	if _, err := result(t, j); err != task.ErrCancelled {
		t.Errorf("%v", err)
	}
	if _, err := result(t, again()); err != nil {
		t.Errorf("%v", err)
	}
}

func TestAwaitOutside(t *testing.T) {
	var e sched.Executor
	var tk place
	var kept *Ctx
	result(t, spawn(t, &e, &tk, func(c *Ctx) error { kept = c; return nil }))
	for name, f := range map[string]func(){
		"await": func() { kept.Yield() },
		"waker": func() { kept.Waker() },
		"join":  func() { Join(kept, task.JoinHandle[error]{}) },
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "outside of the body") {
					t.Errorf("%s: %v", name, v)
				}
			}()
			f()
		}()
	}
}

// A task moves to another executor, and so to another goroutine, between two awaits.
func TestStolen(t *testing.T) {
	coroutines.Check(t)
	var from, to sched.Executor
	from.Share()
	var tk place
	var ev event
	j := spawn(t, &from, &tk, func(c *Ctx) error { c.Await(&ev); c.Await(&ev); return nil })
	done := make(chan struct{})
	ev.fire()
	go func() {
		s, _ := from.TrySteal()
		s.One(&to)
		s.Release()
		to.Tick()
		close(done)
	}()
	<-done
	ev.fire()
	to.Tick()
	if _, err := result(t, j); err != nil {
		t.Error(err)
	}
}

func TestNoAllocation(t *testing.T) {
	var e sched.Executor
	var tk, other place
	var ev event
	w := spawn(t, &e, &tk, func(c *Ctx) error {
		for {
			c.Await(&ev)
			c.AwaitFunc(func(cx *task.Context) task.Poll { return ev.Poll(cx) })
			c.Yield()
		}
	}).Waker()
	jo := spawn(t, &e, &other, func(c *Ctx) error { c.Await(&event{}); return nil })
	var parent place
	spawn(t, &e, &parent, func(c *Ctx) error { Join(c, jo); return nil })
	if n := testing.AllocsPerRun(1000, func() {
		w.Wake()
		e.Tick()
		ev.fire()
		e.Tick()
		jo.Waker().Wake()
		e.Tick()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	e.Shutdown()
}
