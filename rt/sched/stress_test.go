package sched

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Many goroutines spawn into one pool that is too small, wake, cancel, join and detach,
// while executors run and steal from each other. Every task ends once, and every joiner
// is told how.
func TestStress(t *testing.T) {
	const (
		execs     = 3
		producers = 16
		each      = 300
		slots     = producers // half of what is asked for at a time
	)
	var pool task.Pool[int]
	pool.Init(make([]task.Task[int], slots))
	workers := make([]Executor, execs)
	for i := range workers {
		workers[i].Share()
	}
	var stop atomic.Bool
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() {
			e := &workers[i]
			for !stop.Load() {
				if s, r := workers[(i+1)%execs].TrySteal(); r == queue.Item {
					s.One(e)
					s.Release()
				}
				e.TickN(7)
				runtime.Gosched()
			}
		})
	}
	var completed, cancelled, full, wakes atomic.Int64
	one := func(p, n int) {
		y := task.NewYield(n % 3)
		released := atomic.Bool{}
		poll := func(out *int, cx *task.Context) task.Poll {
			*out = p*each + n
			if !released.Load() {
				return task.Pending
			}
			return y.Poll(cx)
		}
		j, err := SpawnIn(&workers[p%execs], &pool, nil, poll)
		for errors.Is(err, task.ErrFull) {
			full.Add(1)
			runtime.Gosched()
			j, err = SpawnIn(&workers[p%execs], &pool, nil, poll)
		}
		if err != nil {
			t.Error(err)
			return
		}
		w := j.Waker()
		w.Wake()
		did := n%5 == 0 && j.Cancel()
		released.Store(true)
		w.Wake()
		wakes.Add(2)
		for {
			out, err := j.Take()
			switch {
			case err == task.ErrRunning:
				runtime.Gosched()
				continue
			case err == nil || err == task.ErrCancelledLate:
				if out != p*each+n {
					t.Errorf("the output is that of %d", out)
				}
				completed.Add(1)
			case err == task.ErrCancelled && did:
				cancelled.Add(1)
			default:
				t.Errorf("joined with %v", err)
			}
			return
		}
	}
	var producing sync.WaitGroup
	for p := range producers {
		producing.Go(func() {
			for n := range each {
				one(p, n)
			}
		})
	}
	producing.Wait()
	stop.Store(true)
	running.Wait()
	if n := completed.Load() + cancelled.Load(); n != producers*each {
		t.Errorf("%d of %d tasks ended", n, producers*each)
	}
	if pool.Free() != slots {
		t.Errorf("%d of %d slots are free in the end", pool.Free(), slots)
	}
	t.Logf("%d completed, %d cancelled, pool full %d times", completed.Load(), cancelled.Load(), full.Load())
}
