package sched

import (
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/internal/goid"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Two looks at the same poll are needed, and there is one report however many follow.
func TestWatchLooksTwice(t *testing.T) {
	e := new(Executor)
	reports := 0
	e.Watch(math.MaxInt64, func(s Stall) { reports++ })
	var tk unit
	let := make(chan struct{})
	spawn(t, e, &tk, func(*task.Context, *none) task.Poll { <-let; return task.Pending })
	on := make(chan uint64)
	over := make(chan struct{})
	go func() {
		e.watch.begin()
		on <- goid.Get()
		e.Tick()
		close(over)
	}()
	for id := <-on; ; {
		if state, _ := goroutine(id); state == "chan receive" && e.Current() != (task.Waker{}) {
			break
		}
		runtime.Gosched()
	}
	for n, want := range []int{0, 1, 1, 1} {
		if e.look(); reports != want {
			t.Errorf("%d reports after %d looks, want %d", reports, n+1, want)
		}
	}
	close(let)
	<-over
	e.look()
	if e.Current() != (task.Waker{}) || reports != 1 {
		t.Error("somebody is being polled still, or was reported again")
	}
	e.watch.end()
}

// A poll that has had the processor for longer than its limit is reported, once. What others
// take meanwhile does not count, and nor does what the goroutine had before.
func TestWatchComputing(t *testing.T) {
	const limit = time.Second
	ran, known := int64(5*time.Hour), true
	hal.RunTime = func(uint64) (int64, bool) { return ran, known }
	defer func() { hal.RunTime = func(uint64) (int64, bool) { return 0, false } }()
	e := new(Executor)
	var got []Stall
	e.Watch(math.MaxInt64, func(s Stall) { got = append(got, s) })
	e.WatchComputing(limit)
	var tk unit
	var stop atomic.Bool
	j, err := Spawn(e, &tk, task.Named("busy"), func(*task.Context, *none) task.Poll {
		for !stop.Load() {
			runtime.Gosched()
		}
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	on, over := make(chan bool), make(chan bool)
	go func() {
		e.watch.begin()
		on <- true
		e.Tick()
		close(over)
	}()
	for <-on; e.Current() == (task.Waker{}); {
		runtime.Gosched()
	}
	for n, step := range []struct {
		ranNS   int64
		known   bool
		reports int
	}{
		{0, true, 0}, // marked
		{0, true, 0}, // the first look
		{int64(limit), true, 0},
		{1, false, 0},
		{0, true, 1},
		{int64(limit), true, 1},
	} {
		ran += step.ranNS
		known = step.known
		if e.look(); len(got) != step.reports {
			t.Errorf("look %d: %d reports, want %d", n, len(got), step.reports)
		}
	}
	stop.Store(true)
	<-over
	if len(got) != 1 {
		t.Fatal(got)
	}
	s := got[0]
	if s.Waker != j.Waker() || s.Name != "busy" || s.Computing != limit+1 || !strings.Contains(string(s.Stack), "TestWatchComputing") || !strings.HasSuffix(s.String(), " busy computes since 1000 ms") {
		t.Errorf("%v %q\n%s", s, s.State, s.Stack)
	}
	e.watch.end()
}

// The watch is at work again when the executor comes back from its park.
func TestWatchAfterPark(t *testing.T) {
	e := new(Executor)
	e.Init(7)
	let := make(chan struct{})
	e.Watch(time.Millisecond, func(Stall) { close(let) })
	var tk unit
	polls := 0
	_, err := BlockOn(e, &tk, nil, func(cx *task.Context, _ *none) task.Poll {
		if polls++; polls == 1 {
			w := cx.Waker()
			go func() {
				for !e.target.Parked() {
					runtime.Gosched()
				}
				time.Sleep(5 * time.Millisecond) // the timer, if it was not stopped, has found nothing
				w.Wake()
			}()
			return task.Pending
		}
		<-let
		return task.Ready
	})
	if err != nil {
		t.Error(err)
	}
}
