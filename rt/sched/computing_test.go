//go:build !tamago

package sched

import (
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A poll that has had the processor for longer than its limit is reported, once. What others
// take meanwhile does not count, and nor does what the goroutine had before.
func TestWatchComputing(t *testing.T) {
	const limit = time.Second
	ran, known := int64(5*time.Hour), true
	platform.RunTime = func(uint64) (int64, bool) { return ran, known }
	defer func() { platform.RunTime = func(uint64) (int64, bool) { return 0, false } }()
	e := new(Executor)
	var got []Stall
	e.Watch(math.MaxInt64, func(s Stall) { got = append(got, s) })
	e.WatchComputing(limit)
	var tk unit
	var stop atomic.Bool
	j, err := Spawn(e, &tk, task.Named("busy"), func(*none, *task.Context) task.Poll {
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
