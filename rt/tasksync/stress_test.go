package tasksync

import (
	"runtime"
	gosync "sync"
	"sync/atomic"
	"testing"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Tasks of several executors, and goroutines that are no tasks, use the same objects, give
// up and are cancelled at any moment. What was sent is received once, and permits are
// neither lost nor made.
func TestStress(t *testing.T) {
	const (
		execs   = 3
		each    = 4 // tasks of a kind on each executor
		values  = 2000
		permits = 3
	)
	var c Channel[int]
	c.Init(make([]int, 7))
	var s Semaphore
	s.Add(permits)
	var m Mutex
	var inside, locked atomic.Int32
	received := make([]atomic.Int32, values)
	var next, sum, unlocked atomic.Int64
	var stop atomic.Bool
	var running gosync.WaitGroup

	// What a worker's task does, round after round: acquire, receive, lock. Now and then it
	// gives a wait up.
	work := func(n int) task.Func[none] {
		var w [3]Wait
		got, has := 0, false
		return func(_ *none, cx *task.Context) task.Poll {
			for {
				if n++; n%7 == 0 && !has {
					w[n%2].Cancel()
				}
				if !has {
					if s.Acquire(cx, &w[0], 1) == Pending {
						return task.Pending
					}
					switch c.Receive(cx, &w[1], &got) {
					case Pending:
						s.Release(&w[0])
						return task.Pending
					case Closed:
						return task.Ready
					}
					has = true
					received[got].Add(1)
					if inside.Add(1) > permits {
						t.Error("more inside than there are permits")
					}
					inside.Add(-1)
					s.Release(&w[0])
				}
				if m.Lock(cx, &w[2]) == Pending {
					return task.Pending
				}
				if locked.Add(1) != 1 {
					t.Error("two have the mutex")
				}
				unlocked.Store(unlocked.Load() + 1)
				locked.Add(-1)
				m.Unlock(&w[2])
				has = false
				sum.Add(1)
			}
		}
	}
	// What is cancelled again and again: it waits and holds, and takes nothing.
	idle := func() task.Func[none] {
		var w [2]Wait
		return func(_ *none, cx *task.Context) task.Poll {
			if s.Acquire(cx, &w[0], 2) == Ready {
				m.Lock(cx, &w[1])
			}
			return task.Pending
		}
	}
	workers := make([]sched.Executor, execs)
	for i := range workers {
		e := &workers[i]
		var tasks [each]task.Task[none]
		var joins [each]task.JoinHandle[none]
		for k := range joins {
			joins[k], _ = sched.Spawn(e, &tasks[k], nil, work(i*each+k))
		}
		running.Go(func() {
			var victim task.Task[none]
			for !stop.Load() {
				v, err := sched.Spawn(e, &victim, nil, idle())
				if err != nil {
					t.Error(err)
					return
				}
				e.TickN(7)
				runtime.Gosched()
				e.TickN(5)
				v.Cancel()
				for !v.Done() {
					e.Tick()
				}
				v.Detach()
				over := true
				for _, j := range joins {
					over = over && j.Done()
				}
				if over {
					return
				}
			}
		})
	}
	var sending gosync.WaitGroup
	for range 3 { // goroutines that are no tasks
		sending.Go(func() {
			for {
				n := next.Add(1) - 1
				if n >= values {
					return
				}
				for c.TrySend(int(n)) != Ready {
					runtime.Gosched()
				}
				if m.TryLock() == Ready {
					if locked.Add(1) != 1 {
						t.Error("two have the mutex")
					}
					locked.Add(-1)
					m.UnlockTried()
				}
			}
		})
	}
	sending.Wait()
	c.Close()
	running.Wait()
	stop.Store(true)
	for n := range received {
		if k := received[n].Load(); k != 1 {
			t.Errorf("%d was received %d times", n, k)
		}
	}
	if s.Free() != permits || m.TryLock() != Ready {
		t.Errorf("%d permits of %d are free in the end", s.Free(), permits)
	}
	if sum.Load() != values || unlocked.Load() != values {
		t.Errorf("%d rounds, %d under the mutex, of %d", sum.Load(), unlocked.Load(), values)
	}
}
