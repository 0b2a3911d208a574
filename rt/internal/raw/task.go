// Package raw is a task as an executor knows it: the header that queues and wakers point to, its
// state word, and each step of its life. Package task is the same for applications: its types are
// these, converted, with the methods that an application may call. Executors, the waker layer,
// timers and locks use package raw, and nothing outside of rt can import it.
//
//	application     task.Task[T]   task.Waker   task.Context   task.JoinHandle[T]
//	                     |              |             |               |             type X raw.X
//	executor        raw.Task[T]    raw.Waker    raw.Context    raw.JoinHandle[T]
//
//	Task[T]
//	+----------------------------------------------------------+
//	| Header, one cache line                                   |
//	|   queue link | state, life | polls, wakes | poll function|
//	|   output's address | run queue | next of all tasks       |
//	+----------------------------------------------------------+
//	| name, kind | how it ended | join waker | open waits       |
//	+----------------------------------------------------------+
//	| output T                                                 |
//	+----------------------------------------------------------+
//
//	1 Spawn   puts it on its executor's run queue, woken      (rt/sched)
//	2 poll    the executor takes it off and calls the poll function
//	3 Pending it is idle, until
//	4 wake    a Waker puts it on the run queue again
//	5 Ready   it is over; the output goes to the JoinHandle
//
// A handle is a value: the address of the header and the number of the life it belongs to. That
// number is the task's, and never comes again. Go has no destructors, so a counted
// reference would leak with the first forgotten one; a number needs no counting.
//
// A task that was spawned once is a task for ever: this package keeps it in a list of
// all, and never lets go of it, as Go's runtime does with its goroutine descriptors.
// So a waker that is used long after the end of its task finds a task there, of a later
// life, and does nothing.
package raw

import (
	"sync/atomic"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/queue"
)

// Poll is what a poll function returns.
type Poll uint8

const (
	Pending Poll = iota // not done
	Ready               // done; the output stands
)

// Outcome is how a task ended. A number, since the real-time executor may not store the
// error that it stands for.
type Outcome uint32

const (
	Output    Outcome = iota // by itself: its output stands
	Cancelled                // before it completed
	Shutdown                 // with its executor
	Panicked                 // see Panic
	Faulted                  // see Fault
)

// pollFunc is a poll function as the executor calls it, without knowing T: a pointer to T is
// passed as any other pointer. An interface or a generic method in between would be two more
// indirect calls, a tenth of the time of a wake and poll.
type pollFunc func(out unsafe.Pointer, cx *Context) Poll

// Header is the part of a task that queues and wakers know. It lies at the start of
// the task, which must not move.
type Header struct {
	node       queue.Node
	state      atom.Uint32
	life       atom.Uint32 // directly behind state; see key
	polls      uint32
	wakes      uint32
	reason     WakeReason
	registered bool   // in the list of all tasks
	direct     uint32 // polls past the queue, each with its wake: in neither polls nor wakes
	poll       pollFunc
	out        unsafe.Pointer // the first argument of poll: the output, or the state of a method
	exec       *RunQueue      // changed at thread level only, while the task is in no queue
	next       *Header        // of all tasks
}

// WakeReason is why a task is on its run queue. Written by the producer that puts it there.
type WakeReason uint8

const (
	BySpawn     WakeReason = iota // for its first poll
	ByWaker                       // it was woken, or cancelled, while it was idle
	ByItself                      // it was woken while it was polled
	WakeReasons                   // how many there are
)

// Base is what all tasks have, whatever their output.
type Base struct {
	Header
	joiner   Waker
	waits    unsafe.Pointer // *Wait; what it waits for, see Wait
	how      Outcome
	fault    Fault
	panicked *Panic
	metadata atomic.Pointer[Metadata]

	cleanup   cleanup
	goroutine atomic.Uint64 // see Context.RunsOn
}

// Task is a task and the place of its output.
type Task[T any] struct {
	Base
	output T
}

// base returns the task that a header is the beginning of.
func (h *Header) base() *Base { return (*Base)(unsafe.Pointer(h)) }

// Context is what a poll function is given: the task that is being polled. It is valid for
// that call only.
type Context struct {
	header uintptr
}

// Waker returns the waker of the task that is being polled.
//
//go:nosplit
func (cx *Context) Waker() Waker {
	if cx.header == 0 {
		return Waker{}
	}
	return headerAt(cx.header).waker()
}

// ID returns the number of the task that is being polled.
//
//go:nosplit
func (cx *Context) ID() uint64 { return headerAt(cx.header).number() }

// Of returns the header that a node of a queue belongs to.
//
//go:nosplit
func Of(n *queue.Node) *Header { return (*Header)(unsafe.Pointer(n)) }
