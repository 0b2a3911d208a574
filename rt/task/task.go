// Package task is one task: a header that queues and wakers know, a poll function,
// and a result that a joiner can take.
//
//	Task[T]
//	+----------------------------------------------------------+
//	| Header, one cache line                                   |
//	|   queue link | state | polls, wakes | future             |
//	|   executor   | id    | next of all tasks                 |
//	+----------------------------------------------------------+
//	| name, kind | how it ended | join waker                    |
//	+----------------------------------------------------------+
//	| poll function | output T                                 |
//	+----------------------------------------------------------+
//
//	1 Spawn   puts it on its executor's queue, woken      (rt/sched)
//	2 poll    the executor takes it out and calls the poll function
//	3 Pending it is idle, until
//	4 wake    somebody with its Waker puts it on the queue again
//	5 Ready   it is over; the output goes to who holds the JoinHandle
//
// Handles are values: the address of the header and the generation of its state word.
// Go has no destructors, so a counted reference would leak with the first forgotten
// one; a generation needs no counting. Copying a Waker is cloning it, dropping it is
// nothing, and comparing two says whether they wake the same task.
//
// A task that was spawned once is a task for ever: package task keeps it in a list of
// all, and never lets go of it, as Go's runtime does with its goroutine descriptors.
// So a waker that is used long after the end of its task finds a task there, of a later
// generation, and does nothing. Tasks of which many come and go are taken from a [Pool],
// or from a [Heap], which is a pool that grows.
package task

import (
	"sync/atomic"
	"unsafe"

	"tamagotake/internal/atom"
	"tamagotake/rt/queue"
)

// Poll is what a poll function returns.
type Poll uint8

const (
	// Pending: not done. The task is polled again when its Waker is used.
	Pending Poll = iota
	// Ready: done; the output stands.
	Ready
)

// None is the output of a task that has none.
type None struct{}

// Func is a poll function. It does what can be done without waiting and returns Pending
// after it has left cx.Waker() with whoever is to wake it, or stores its output and
// returns Ready. It is called by one executor at a time, by no other goroutine.
type Func[T any] func(cx *Context, out *T) Poll

// Header is the part of a task that queues and wakers know. It lies at the start of
// the task, which must not move.
type Header struct {
	node       queue.Node
	state      atom.Uint32
	polls      uint32
	wakes      uint32
	cause      cause
	registered bool // in the list of all tasks
	future     future
	exec       uintptr // *Target; changed only while the task is in nobody's queue
	id         uint64
	next       *Header // of all tasks
}

// cause is why a task is on its queue. Written by who puts it there.
type cause uint8

const (
	bySpawn cause = iota
	byWaker
	byItself // it was woken while it was polled
)

// future is the typed end of a task.
type future interface {
	poll(cx *Context) Poll
	base() *Base
}

// Base is what all tasks have, whatever their output.
type Base struct {
	Header
	joiner Waker
	err    error
	build  atomic.Pointer[Builder]
}

// Task is a task in memory of the caller's: a package variable, or a slot of a [Pool].
// The zero value can be spawned; after its end, and when its result was taken or given
// up, it can be spawned again. It must not be copied or moved.
type Task[T any] struct {
	Base
	fn     Func[T]
	output T
}

func (t *Task[T]) poll(cx *Context) Poll { return t.fn(cx, &t.output) }
func (t *Task[T]) base() *Base           { return &t.Base }

// Context is what a poll function is given: who is being polled. It is valid for
// that call only; what outlives it is the Waker.
type Context struct {
	waker Waker
	id    uint64
}

// Waker returns the waker of the task that is being polled.
//
//go:nosplit
func (cx *Context) Waker() Waker { return cx.waker }

// ID returns the number of the task that is being polled.
//
//go:nosplit
func (cx *Context) ID() uint64 { return cx.id }

// Of returns the header that a node of a queue belongs to.
//
//go:nosplit
func Of(n *queue.Node) *Header { return (*Header)(unsafe.Pointer(n)) }

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
