// Package sched is the executor: it takes tasks off a queue and polls them, in
// order, for as long as there are any, and parks when there are none.
//
//	wake (any level) --> queue --Tick--> poll --Pending--> idle
//	                       ^                |
//	                       +--- woken ------+  (at the tail: everybody else first)
//
// A task that wakes itself goes to the tail, so between two of its polls every task
// that was ready is polled once: no task keeps another waiting for more than a round.
package sched

import (
	"runtime"
	"runtime/debug"
	"sync"

	"tamagotake/rt/queue"
	"tamagotake/rt/task"
)

// TickSize is how many polls [Executor.Tick] does at most.
const TickSize = 256

// Executor runs tasks at thread level, all of them on one goroutine. The zero value
// with a doorbell of its own is ready; it must not be copied or moved, so it is a
// package variable.
type Executor struct {
	target task.Target
	mu     sync.Mutex // the list of tasks
	cx     task.Context
}

// Init sets an executor up with its doorbell; see package hal.
func (e *Executor) Init(doorbell uint32) { e.target.Bind(doorbell) }

// Tick is what one tick did.
type Tick struct {
	Polled    int  // polls
	Completed int  // tasks that ended: by themselves, cancelled or panicked
	Remaining bool // there may be more to do: the budget was used up, or a producer is under way
}

// Spawn starts t with a poll function, which is called on the executor's goroutine
// until it returns Ready. Thread level, from any goroutine and from a poll. t must
// stay where it is until it has ended; the executor's list keeps it alive.
//
// The error is [task.ErrAlive] if t is alive.
func (e *Executor) Spawn(t *task.Task, name string, poll func(*task.Context) task.Poll) (task.JoinHandle, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return t.Spawn(&e.target, name, poll)
}

// Tasks describes the live tasks, oldest first. Thread level.
func (e *Executor) Tasks() []task.Info {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.target.List()
}

// Tick polls ready tasks, at most [TickSize] times. Executor goroutine only. A tick
// within a tick, which a poll function might try, does nothing.
func (e *Executor) Tick() Tick { return e.TickN(TickSize) }

// TickN is [Executor.Tick] with at most n polls.
func (e *Executor) TickN(n int) (t Tick) {
	c, ok := e.target.Consume()
	if !ok {
		t.Remaining = true
		return t
	}
	defer c.Release()
	for t.Polled < n {
		node, r := c.TryDequeue()
		switch r {
		case queue.Empty:
			return t
		case queue.Inconsistent:
			t.Remaining = true
			return t
		}
		h := task.Of(node)
		t.Polled++
		if h.Run(&e.cx, contain) == task.Over {
			t.Completed++
			e.mu.Lock()
			e.target.Unlist(h)
			e.mu.Unlock()
			h.Finish()
		}
	}
	t.Remaining = !e.target.Empty()
	return t
}

// contain calls the poll function so that a panic in it, or a fault that the machine
// turns into one, ends that task alone.
func contain(h *task.Header, cx *task.Context) (p task.Poll) {
	defer func() {
		if v := recover(); v != nil {
			h.Fail(&task.PanicError{Task: h.Name(), Value: v, Stack: debug.Stack()})
			p = task.Ready
		}
	}()
	return h.Call(cx)
}

// Run is the executor's goroutine: it ticks while there is something to do, letting
// other goroutines run in between, and parks when there is nothing. It does not
// return.
func (e *Executor) Run() {
	for {
		if e.Tick().Remaining {
			runtime.Gosched()
			continue
		}
		e.target.Park()
	}
}
