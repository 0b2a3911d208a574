// Package task is one task: a header that queues and wakers know, a poll function,
// and a result that a joiner can take.
//
//	Task
//	+----------------------------------------------------------+
//	| Header, one cache line                                   |
//	|   queue link | state | polls, wakes | poll function      |
//	|   executor   | id    | name         | list of tasks      |
//	+----------------------------------------------------------+
//	| what the poll function left: error; the join waker       |
//	+----------------------------------------------------------+
//
//	1 Spawn   puts it on its executor's queue, woken      (rt/sched)
//	2 poll    the executor takes it out and calls the poll function
//	3 Pending it is idle, until
//	4 wake    somebody with its Waker puts it on the queue again
//	5 Ready   it is over; the result goes to who holds the JoinHandle
//
// Handles are values: the address of the header and the generation of its state word.
// Go has no destructors, so a counted reference would leak with the first forgotten
// one; a generation needs no counting. Copying a Waker is cloning it, dropping it is
// nothing, and comparing two says whether they wake the same task.
package task

import (
	"errors"
	"sync/atomic"
	"unsafe"

	"tamagotake/rt/queue"
)

// Poll is what a poll function returns.
type Poll uint8

const (
	// Pending: not done. The task is polled again when its Waker is used.
	Pending Poll = iota
	// Ready: done, with Task.Err as its result.
	Ready
)

// Header is the part of a task that queues and wakers know. It lies at the start of
// the task, which must not move and must outlive its wakers: a package variable, or
// something that an executor's list keeps alive.
type Header struct {
	node  queue.Node
	state atomic.Uint32
	polls uint32
	wakes uint32
	_     uint32
	poll  func(*Context) Poll
	exec  uintptr // *Target
	id    uint64
	name  *string
	next  *Header // Target.tasks
}

// A header fills a cache line on 64-bit machines, and less on others.
const (
	_ = uint(64 - unsafe.Sizeof(Header{}))
	_ = uint(-(unsafe.Offsetof(Header{}.node)))
)

// Task is a task in memory of the caller's. The zero value can be spawned; after its
// end, and when its result was taken or given up, it can be spawned again.
type Task struct {
	Header

	// Err is the result. A poll function may set it before it returns Ready; the
	// executor sets it to [ErrCancelled] or a [PanicError].
	Err error

	joiner   Waker
	nameText string
}

// Errors that a task can end with, besides its own.
var (
	// ErrCancelled: the task was cancelled before it completed.
	ErrCancelled = errors.New("task cancelled")
	// ErrAlive: the task cannot be spawned, since it is alive or its result has
	// been neither taken nor given up.
	ErrAlive = errors.New("task is alive already")
	// ErrStale: the handle belongs to an earlier life of its task.
	ErrStale = errors.New("stale task handle")
)

// PanicError is the end of a task whose poll function panicked.
type PanicError struct {
	Task  string // name
	Value any    // what it panicked with
	Stack []byte // where
}

func (e *PanicError) Error() string {
	text := "not a text"
	switch v := e.Value.(type) {
	case error:
		text = v.Error()
	case string:
		text = v
	}
	return "task " + e.Task + " panicked: " + text
}

// Context is what a poll function is given: who is being polled. It is valid for
// that call only; what outlives it is the Waker.
type Context struct {
	header *Header
	waker  Waker
}

// Waker returns the waker of the task that is being polled. Any level.
//
//go:nosplit
func (cx *Context) Waker() Waker { return cx.waker }

// Waker wakes one task, in one of its lives. It is two words without a pointer:
// it can be stored anywhere, by any level. The zero Waker wakes nobody.
type Waker struct {
	header uintptr
	gen    uint32
}

// Wake makes the task's executor poll it, once for any number of wakes in between.
// A wake during a poll makes the poll be repeated. Any level; one compare-and-swap,
// and one swap more if the task was idle.
//
//go:nosplit
func (w Waker) Wake() {
	if w.header == 0 {
		return
	}
	h := headerAt(w.header)
	if h.wake(w.gen) {
		h.wakes++ // this wake's alone until the task has been polled
		targetAt(h.exec).Enqueue(h)
	}
}

// Cancel makes the task end with [ErrCancelled] instead of being polled again, and
// reports whether this call did that. A task that is being polled is finished when
// that poll returns, whatever it returns. Any level.
//
//go:nosplit
func (w Waker) Cancel() bool {
	if w.header == 0 {
		return false
	}
	h := headerAt(w.header)
	done, enqueue := h.cancel(w.gen)
	if enqueue {
		targetAt(h.exec).Enqueue(h)
	}
	return done
}

//go:nosplit
func headerAt(a uintptr) *Header { return *(**Header)(unsafe.Pointer(&a)) }

//go:nosplit
func targetAt(a uintptr) *Target { return *(**Target)(unsafe.Pointer(&a)) }

// waker makes the waker of the present life.
//
//go:nosplit
func (h *Header) waker() Waker {
	return Waker{uintptr(unsafe.Pointer(h)), h.state.Load() &^ flags}
}
