// Package task is one task: a header that queues and wakers know, a poll function,
// and a result that a joiner can take.
//
//	Task[T]
//	+----------------------------------------------------------+
//	| Header, one cache line                                   |
//	|   queue link | state, life | polls, wakes | poll function|
//	|   output's address | executor | next of all tasks       |
//	+----------------------------------------------------------+
//	| name, kind | how it ended | join waker | open waits       |
//	+----------------------------------------------------------+
//	| output T                                                 |
//	+----------------------------------------------------------+
//
//	1 Spawn   puts it on its executor's queue, woken      (rt/sched)
//	2 poll    the executor takes it out and calls the poll function
//	3 Pending it is idle, until
//	4 wake    somebody with its Waker puts it on the queue again
//	5 Ready   it is over; the output goes to who holds the JoinHandle
//
// Handles are values: the address of the header and the number of the life that they are of,
// which is the task's number and never comes again. Go has no destructors, so a counted
// reference would leak with the first forgotten one; a number needs no counting. Copying a Waker is cloning it, dropping it is
// nothing, and comparing two says whether they wake the same task.
//
// A task that was spawned once is a task for ever: package task keeps it in a list of
// all, and never lets go of it, as Go's runtime does with its goroutine descriptors.
// So a waker that is used long after the end of its task finds a task there, of a later
// generation, and does nothing. Tasks of which many come and go are taken from a [Pool],
// or from a [GrowPool], which is a pool that grows.
package task

import (
	"sync/atomic"
	"unsafe"

	"github.com/tamagotake/tamagotake/internal/atom"
	"github.com/tamagotake/tamagotake/rt/queue"
)

// Poll is what a poll function returns.
type Poll uint8

const (
	// Pending: not done. The task is polled again when its Waker is used.
	Pending Poll = iota
	// Ready: done; the output stands.
	Ready
)

// Ending is how a task ended. A number, since the real-time executor may not store the
// error that it stands for.
type Ending uint32

const (
	Output    Ending = iota // by itself: its output stands
	Cancelled               // [ErrCancelled]
	Shutdown                // [ErrShutdown]
	panicked                // [PanicError], in err
	faulted                 // [FaultError], of fault
)

// None is the output of a task that has none.
type None struct{}

// Func is a poll function. It does what can be done without waiting and returns Pending
// after it has left cx.Waker() with whoever is to wake it, or stores its output and
// returns Ready. It is called by one executor at a time, by no other goroutine. A poll that is a
// method of the task's state is spawned with [SpawnMethod].
type Func[T any] func(out *T, cx *Context) Poll

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
	cause      Cause
	registered bool   // in the list of all tasks
	direct     uint32 // polls past the queue, each with its wake: in neither polls nor wakes
	poll       pollFunc
	out        unsafe.Pointer // the first argument of poll: the output, or the state of a method
	exec       *Target        // changed at thread level only, while the task is in no queue
	next       *Header        // of all tasks
}

// Cause is why a task is on its queue. Written by who puts it there.
type Cause uint8

const (
	BySpawn  Cause = iota // for its first poll
	ByWaker               // it was woken, or cancelled, while it was idle
	ByItself              // it was woken while it was polled
	Causes                // how many there are
)

// Base is what all tasks have, whatever their output.
type Base struct {
	Header
	joiner Waker
	waits  unsafe.Pointer // *Wait; what it waits for, see Wait
	how    Ending
	fault  Fault
	err    error // of a panic
	build  atomic.Pointer[Metadata]

	last      lastPoll
	goroutine atomic.Uint64 // see Context.RunsOn
}

// Task is a task in memory of the caller's: a package variable, or a slot of a [Pool].
// The zero value can be spawned; after its end, and when its result was taken or given
// up, it can be spawned again. It must not be copied or moved.
type Task[T any] struct {
	Base
	output T
}

// base returns the task that a header is the beginning of.
func (h *Header) base() *Base { return (*Base)(unsafe.Pointer(h)) }

// Context is what a poll function is given: who is being polled. It is valid for
// that call only; what outlives it is the Waker.
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
