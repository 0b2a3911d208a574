// Package task is one task as an application sees it: a poll function, wakers that have it polled
// again, and a result that a joiner can take.
//
//	Task[T] --Spawn--> woken --poll--> Pending --Waker.Wake--> woken ...
//	                                   Ready ----> its output, to the JoinHandle[T]
//
// Handles are values: a [Waker] and a [JoinHandle] belong to one life of a task, from a spawn to
// its end, and do nothing afterwards. Copying a Waker clones it, dropping one does nothing, and two
// that are equal wake the same task.
//
// A task is memory of the application's: a package variable, or a slot of a [Pool] or of a
// [GrowPool]. Memory that was a task once is a task for ever, so that a waker that is kept for too
// long still finds one; tasks of which many come and go take their memory from a pool.
//
// Package rt/sched spawns and polls tasks. What executors, timers and locks do with a task besides
// is in rt/internal/raw.
package task

import (
	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// Poll is what a poll function returns.
type Poll raw.Poll

const (
	// Pending: not done. The task is polled again when its Waker is used.
	Pending = Poll(raw.Pending)
	// Ready: done; the output stands.
	Ready = Poll(raw.Ready)
)

// None is the output of a task that has none.
type None struct{}

// Func is a poll function. It does what can be done without waiting and returns Pending
// after it has left cx.Waker() where its event will use it, or stores its output and
// returns Ready. One executor calls it at a time. A poll that is a
// method of the task's state is spawned with SpawnMethod of package sched.
type Func[T any] func(out *T, cx *Context) Poll

// Task is a task in memory of the caller's: a package variable, or a slot of a [Pool].
// The zero value can be spawned; after its end, and when its result was taken or given
// up, it can be spawned again. It must not be copied or moved.
type Task[T any] raw.Task[T]

// Context is what a poll function is given: the task that is being polled. It is valid for
// that call only; what outlives it is the Waker.
type Context raw.Context

// Waker returns the waker of the task that is being polled. Real-time and thread level.
//
//go:nosplit
func (cx *Context) Waker() Waker { return Waker((*raw.Context)(cx).Waker()) }

// ID returns the number of the task that is being polled. Real-time and thread level.
//
//go:nosplit
func (cx *Context) ID() uint64 { return (*raw.Context)(cx).ID() }

// Yield returns control to the executor a number of times: the task goes to the tail
// of the queue each time.
type Yield struct{ n int }

// NewYield makes a Yield of n times.
func NewYield(n int) Yield { return Yield{n} }

// Poll is Pending n times, with the task woken again, and then Ready.
func (y *Yield) Poll(cx *Context) Poll {
	if y.n <= 0 {
		return Ready
	}
	y.n--
	cx.Waker().Wake()
	return Pending
}
