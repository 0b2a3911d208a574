package coro

import (
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// blocked is what a body does outside of an await, and how it is let go.
type blocked struct {
	state string
	block func(let chan struct{}, mu *sync.Mutex)
}

func receiveOutsideOfAnAwait(let chan struct{}, _ *sync.Mutex) { <-let }

// Each way to block is reported once, with the task, what it waits for and the place, for a
// body and for a poll function; and the executor goes on when it is over.
func TestBlockedIsReported(t *testing.T) {
	for _, b := range []blocked{
		{"chan receive", receiveOutsideOfAnAwait},
		{"select", func(let chan struct{}, _ *sync.Mutex) {
			select {
			case <-let:
			case <-time.After(math.MaxInt64):
			}
		}},
		{"sync.Mutex.Lock", func(_ chan struct{}, mu *sync.Mutex) { mu.Lock(); defer mu.Unlock() }},
	} {
		for _, kind := range []string{"body", "poll function", "deferred call"} {
			t.Run(b.state+" in a "+kind, func(t *testing.T) {
				e := new(sched.Executor)
				stalls := make(chan sched.Stall, 8)
				e.Watch(time.Millisecond, func(s sched.Stall) { stalls <- s })
				let := make(chan struct{})
				var mu sync.Mutex
				mu.Lock()
				over := make(chan struct{})
				f := Func(func(c *Ctx) error {
					if kind == "deferred call" {
						defer b.block(let, &mu)
						c.Waker().Cancel()
					}
					c.Yield()
					b.block(let, &mu)
					return nil
				})
				if kind == "poll function" {
					f = func(*error, *task.Context) task.Poll { b.block(let, &mu); return task.Ready }
				}
				go func() {
					var root, tk place
					j, _ := sched.Spawn(e, &tk, task.Named("culprit"), f)
					sched.BlockOn(e, &root, nil, Func(func(c *Ctx) error { Join(c, j); return nil }))
					close(over)
				}()
				s := <-stalls
				if s.Name != "culprit" || s.State != b.state || !strings.Contains(string(s.Stack), "coro.TestBlockedIsReported") && !strings.Contains(string(s.Stack), "receiveOutside") {
					t.Errorf("%s, %q\n%s", s.Name, s.State, s.Stack)
				}
				if !strings.HasSuffix(s.String(), " culprit blocks its executor: "+b.state) {
					t.Error(s)
				}
				close(let)
				mu.Unlock()
				<-over
				if len(stalls) != 0 {
					t.Errorf("reported again: %v", <-stalls)
				}
			})
		}
	}
}

// A body that computes, allocates, asks for collections and is kept from running by others
// has not blocked; nor has one that awaits.
func TestNoFalseAlarm(t *testing.T) {
	e := new(sched.Executor)
	e.Watch(100*time.Microsecond, func(s sched.Stall) { t.Errorf("%v\n%s", s, s.Stack) })
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for !stop.Load() {
				keep.Store(new([1 << 14]byte))
			}
		})
	}
	var root place
	_, err := sched.BlockOn(e, &root, nil, Func(func(c *Ctx) error {
		for n := range 20 {
			end := time.Now().Add(5 * time.Millisecond)
			for time.Now().Before(end) {
				keep.Store(new([1 << 14]byte))
			}
			if n%5 == 0 {
				runtime.GC()
			}
			w := c.Waker()
			woken := false
			c.AwaitFunc(func(*task.Context) task.Poll {
				if woken {
					return task.Ready
				}
				woken = true
				time.AfterFunc(2*time.Millisecond, w.Wake)
				return task.Pending
			})
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	stop.Store(true)
	wg.Wait()
}

var keep atomic.Pointer[[1 << 14]byte]
