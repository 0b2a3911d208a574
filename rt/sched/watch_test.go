package sched

import (
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/internal/goid"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Two looks at the same poll are needed, and there is one report however many follow.
func TestWatchLooksTwice(t *testing.T) {
	e := new(Executor)
	reports := 0
	e.Watch(math.MaxInt64, func(s Stall) { reports++ })
	var tk unit
	let := make(chan struct{})
	spawn(t, e, &tk, func(*none, *task.Context) task.Poll { <-let; return task.Pending })
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

// The watch is at work again when the executor comes back from its park.
func TestWatchAfterPark(t *testing.T) {
	e := new(Executor)
	let := make(chan struct{})
	e.Watch(time.Millisecond, func(Stall) { close(let) })
	var tk unit
	polls := 0
	_, err := BlockOn(e, &tk, nil, func(_ *none, cx *task.Context) task.Poll {
		if polls++; polls == 1 {
			w := cx.Waker()
			go func() {
				for !e.queue.Parked() {
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
