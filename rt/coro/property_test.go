package coro

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/internal/coroutines"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A program is what a body does, one step after the other. The same program is run as a
// straight-line task, and as a goroutine with a channel in place of each event.
type step struct {
	kind string
	n    int
}

var errOfProgram = errors.New("the program's")

// run interprets the program; await and yield are all that the two have different.
func run(program []step, await func(n int), yield func(), log func(string)) (err error) {
	for i, s := range program {
		log(fmt.Sprint(i, " ", s.kind))
		switch s.kind {
		case "await":
			await(s.n)
		case "yield":
			yield()
		case "defer":
			defer func() { log(fmt.Sprint("deferred ", i)) }()
		case "call": // a frame of its own, with a recover
			func() {
				defer func() {
					if v := recover(); v != nil {
						log(fmt.Sprint("recovered ", v))
					}
				}()
				await(s.n)
				if s.n%2 == 0 {
					panic(i)
				}
			}()
		case "panic":
			panic(i)
		case "fail":
			return errOfProgram
		}
	}
	return nil
}

// ended says how it ended, for both.
func ended(err error, v any) string { return fmt.Sprint(err, " ", v) }

const events = 3

func asGoroutine(program []step, order []int) (trace []string) {
	var chans [events]chan struct{}
	for i := range chans {
		chans[i] = make(chan struct{}, len(order))
	}
	for _, n := range order {
		chans[n] <- struct{}{}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		var err error
		defer func() { trace = append(trace, ended(err, recover())) }()
		err = run(program, func(n int) { <-chans[n] }, func() {}, func(s string) { trace = append(trace, s) })
	})
	wg.Wait()
	return trace
}

func asTask(t *rapid.T, program []step, order []int) (trace []string) {
	var e sched.Executor
	var tk place
	var evs [events]event
	var left [events]int
	j, _ := sched.Spawn(&e, &tk, nil, Func(func(c *Ctx) error {
		return run(program, func(n int) {
			c.AwaitFunc(func(cx *task.Context) task.Poll {
				evs[n].waker = cx.Waker()
				if left[n] == 0 {
					return task.Pending
				}
				left[n]--
				return task.Ready
			})
		}, c.Yield, func(s string) { trace = append(trace, s) })
	}))
	for _, n := range order {
		for range rapid.IntRange(0, 2).Draw(t, "ticks") {
			e.TickN(1)
		}
		left[n]++
		evs[n].waker.Wake()
	}
	for e.Tick().Remaining {
	}
	out, err := j.Take()
	if err == task.ErrRunning {
		t.Fatalf("not over after all events; %q", trace)
	}
	var p *task.PanicError
	if errors.As(err, &p) {
		return append(trace, ended(nil, p.Value))
	}
	return append(trace, ended(out, nil))
}

func programs(t *rapid.T) (program []step, order []int) {
	kinds := []string{"await", "await", "yield", "defer", "call", "call", "panic", "fail"}
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		s := step{rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(0, events-1).Draw(t, "n")}
		program = append(program, s)
		if s.kind == "await" || s.kind == "call" {
			order = append(order, s.n)
		}
	}
	return program, rapid.Permutation(order).Draw(t, "order")
}

// The same steps, in the same order, with the same end.
func TestAgainstGoroutines(t *testing.T) {
	coroutines.Check(t)
	rapid.Check(t, func(t *rapid.T) {
		program, order := programs(t)
		want := asGoroutine(program, order)
		if got := asTask(t, program, order); !slices.Equal(got, want) {
			t.Fatalf("%v\nas a task:      %q\nas a goroutine: %q", program, got, want)
		}
	})
}

// Cancelled at any place, it has done the first steps of what it would have done, and then
// each deferred call of these, last first; and it is gone.
func TestCancelAnywhere(t *testing.T) {
	coroutines.Check(t)
	rapid.Check(t, func(t *rapid.T) {
		program, order := programs(t)
		whole := asGoroutine(program, order)
		var e sched.Executor
		var tk place
		var trace []string
		j, _ := sched.Spawn(&e, &tk, nil, Func(func(c *Ctx) error {
			return run(program, func(int) { c.Yield() }, c.Yield, func(s string) { trace = append(trace, s) })
		}))
		e.TickN(rapid.IntRange(0, 15).Draw(t, "polls"))
		done := len(trace)
		if !j.Cancel() {
			return // over
		}
		e.Tick()
		if _, err := j.Take(); err != task.ErrCancelled {
			t.Fatal(err)
		}
		if !slices.Equal(trace[:done], whole[:done]) {
			t.Fatalf("%q is no beginning of %q", trace[:done], whole)
		}
		var deferred []string
		for i := range program[:] {
			if s := fmt.Sprint(i, " defer"); slices.Contains(trace[:done], s) {
				deferred = append([]string{fmt.Sprint("deferred ", i)}, deferred...)
			}
		}
		if !slices.Equal(trace[done:], deferred) {
			t.Fatalf("undone: %q, want %q", trace[done:], deferred)
		}
	})
}
