//go:build !tamago

package main

import (
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// syncCases are what tasks wait for. They run within a poll, whose task they wake: it is
// woken by then, as the reference's waker is one that does nothing.
var syncCases = []benchmark{
	{"waitcell", "wait at a cell: Pending; wake it; wait: Ready", 4, 35, waitCell},
	{"waitqueue", "the same at a queue", 6, 44, waitQueue},
	{"mutex", "lock and unlock, no other task there", 2, 15.4, mutex},
	{"channel", "send and receive one value", 4, 0, channel},
}

// polled makes a function that calls op within a poll.
func polled(op func(cx *task.Context, n int)) func(int) {
	e := new(sched.Executor)
	todo := 0
	w := must(sched.Spawn(e, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		if todo > 0 {
			op(cx, todo)
		}
		todo = 0
		return task.Pending
	})).Waker()
	return func(n int) {
		todo = n
		w.Wake()
		e.Tick()
	}
}

func waitCell() func(int) {
	c, w := new(tasksync.WaitCell), new(tasksync.Wait)
	return polled(func(cx *task.Context, n int) {
		for range n {
			c.Wait(cx, w)
			c.Wake()
			c.Wait(cx, w)
		}
	})
}

func waitQueue() func(int) {
	q, w := new(tasksync.WaitQueue), new(tasksync.Wait)
	return polled(func(cx *task.Context, n int) {
		for range n {
			q.Wait(cx, w)
			q.Wake()
			q.Wait(cx, w)
		}
	})
}

func mutex() func(int) {
	m, w := new(tasksync.Mutex), new(tasksync.Wait)
	return polled(func(cx *task.Context, n int) {
		for range n {
			m.Lock(cx, w)
			m.Unlock(w)
		}
	})
}

func channel() func(int) {
	c, sends, receives := new(tasksync.Channel[uint64]), new(tasksync.Wait), new(tasksync.Wait)
	c.Init(make([]uint64, 16))
	return polled(func(cx *task.Context, n int) {
		var v uint64
		for i := range n {
			c.Send(cx, sends, uint64(i))
			c.Receive(cx, receives, &v)
		}
	})
}
