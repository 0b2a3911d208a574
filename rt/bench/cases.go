//go:build !tamago

package main

import (
	"runtime"
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// benchmark is one case. setup returns a function that does the operation n times.
type benchmark struct {
	name, what  string
	targetAdds  float64
	referenceNS float64
	setup       func() func(n int)
}

// The names and the reference's times are those of its table.
var cases = []benchmark{
	{"wake_poll_1", "wake one idle task, poll it: Pending", 7, 79, func() func(int) { return wakePoll(1) }},
	{"wake_poll_64", "the same of 64 tasks, for each", 5.5, 55, func() func(int) { return wakePoll(64) }},
	{"wake_poll_1024", "the same of 1,024 tasks, for each", 5.5, 56, func() func(int) { return wakePoll(1024) }},
	{"wake_woken", "wake a task that is woken", 0.5, 1.7, wakeWoken},
	{"queue_pair_1", "put one node in and take it out", 2.3, 18.6, func() func(int) { return queuePair(1) }},
	{"queue_pair_64", "the same of 64 nodes, for each", 1.4, 13.1, func() func(int) { return queuePair(64) }},
	{"queue_2threads", "from one thread to another, for each node", 1.4, 6.5, queueTwoThreads},
	{"self_wake_1", "poll a task that wakes itself", 6, 49, selfWake},
	{"spawn_run_join_1", "spawn into a static slot, poll once, take the output", 14, 117, func() func(int) { return spawnRunJoin(1) }},
	{"spawn_run_join_64", "the same of 64 tasks, for each", 14, 89, func() func(int) { return spawnRunJoin(64) }},
	{"parent_child", "a task spawns another and awaits it", 35, 315, parentChild},
	{"wake_resume_1", "wake one idle straight-line task, resume it: its await is Ready, the next Pending", 21, 0, wakeResume},
	{"tick_empty", "a tick with nothing to do", 4.1, 23.4, tickEmpty},
}

type (
	unit = task.Task[task.None]
	none = task.None
)

func pending(*none, *task.Context) task.Poll { return task.Pending }
func ready(*none, *task.Context) task.Poll   { return task.Ready }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func wakePoll(tasks int) func(int) {
	e := new(sched.Executor)
	slots := make([]unit, tasks)
	wakers := make([]task.Waker, tasks)
	for i := range slots {
		wakers[i] = must(sched.Spawn(e, &slots[i], nil, pending)).Waker()
	}
	for e.Tick().Remaining {
	}
	return func(n int) {
		for done := 0; done < n; done += tasks {
			for _, w := range wakers {
				w.Wake()
			}
			for e.Tick().Remaining {
			}
		}
	}
}

// wakeResume is wakePoll of a body. What it may cost is three times as much.
func wakeResume() func(int) {
	e := new(sched.Executor)
	w := must(sched.Spawn(e, new(task.Task[error]), nil, coro.Func(func(c *coro.Ctx) error {
		for {
			woken := false
			c.AwaitFunc(func(*task.Context) task.Poll {
				if woken {
					return task.Ready
				}
				woken = true
				return task.Pending
			})
		}
	}))).Waker()
	e.Tick()
	return func(n int) {
		for range n {
			w.Wake()
			e.Tick()
		}
	}
}

func wakeWoken() func(int) {
	e := new(sched.Executor)
	w := must(sched.Spawn(e, new(unit), nil, pending)).Waker()
	return func(n int) {
		for range n {
			w.Wake()
		}
		runtime.KeepAlive(e)
	}
}

func queuePair(batch int) func(int) {
	q := new(queue.Queue)
	c, _ := q.TryConsume()
	nodes := make([]queue.Node, batch)
	return func(n int) {
		for done := 0; done < n; done += batch {
			for i := range nodes {
				q.Enqueue(&nodes[i])
			}
			for range nodes {
				c.TryDequeue()
			}
		}
	}
}

// queueTwoThreads passes nodes to a consumer on another thread, a set of them at a time:
// the producer puts all in, and waits until the consumer has taken the last.
func queueTwoThreads() func(int) {
	const batch, lookAway = 4096, 10000
	q := new(queue.Queue)
	nodes := make([]queue.Node, batch)
	var taken atomic.Int64
	go func() {
		runtime.LockOSThread()
		pin(1)
		c, _ := q.TryConsume()
		for n := int64(0); ; {
			if _, r := c.TryDequeue(); r != queue.Item {
				// Who finds nothing looks away for some microseconds, as an executor that parks
				// does: each look takes the line that the producer writes.
				for range lookAway {
				}
				continue
			}
			if n++; n%batch == 0 {
				taken.Store(n)
			}
		}
	}()
	put := int64(0)
	return func(n int) {
		for done := 0; done < n; done += batch {
			for i := range nodes {
				q.Enqueue(&nodes[i])
			}
			for put += batch; taken.Load() != put; {
			}
		}
	}
}

func selfWake() func(int) {
	e := new(sched.Executor)
	must(sched.Spawn(e, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		cx.Waker().Wake()
		return task.Pending
	}))
	return func(n int) {
		for done := 0; done < n; {
			done += int(e.Tick().Polled)
		}
	}
}

func spawnRunJoin(batch int) func(int) {
	e := new(sched.Executor)
	slots := make([]unit, batch)
	handles := make([]task.JoinHandle[none], batch)
	return func(n int) {
		for done := 0; done < n; done += batch {
			for i := range slots {
				handles[i] = must(sched.Spawn(e, &slots[i], nil, ready))
			}
			for e.Tick().Remaining {
			}
			for _, j := range handles {
				j.Take()
			}
		}
	}
}

func parentChild() func(int) {
	e := new(sched.Executor)
	child := new(unit)
	var j task.JoinHandle[none]
	waiting := false
	done := 0
	must(sched.Spawn(e, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		if !waiting {
			j = must(sched.Spawn(e, child, nil, ready))
			waiting = true
		}
		if j.Poll(cx) == task.Ready {
			j.Take()
			waiting = false
			done++
			cx.Waker().Wake()
		}
		return task.Pending
	}))
	return func(n int) {
		for end := done + n; done < end; {
			e.TickN(2)
		}
	}
}

func tickEmpty() func(int) {
	e := new(sched.Executor)
	return func(n int) {
		for range n {
			e.Tick()
		}
	}
}
