// Package queue is the run queue of an executor: intrusive, many producers, one
// consumer, no heap, and in order.
//
//	 tail (consumer)                        head (producers)
//	   |                                      |
//	   v                                      v
//	[node] --next--> [node] --next--> ... --> [node] --next--> 0
//
//	Enqueue(n)   n.next = 0
//	             before = swap(head, n)       <- n is in the queue, and ordered
//	             before.next = n              <- and now it can be reached
//
// It is Dmitry Vyukov's intrusive MPSC queue (1024cores.net, "Intrusive MPSC
// node-based queue"): one swap and two stores to put in, wait-free, from any level;
// to take out, no read-modify-write at all unless it is the last. A stub node stands
// in for the last one, so that head and tail always have something to point at.
//
// Between the two steps of a producer the chain is broken. A consumer that comes
// upon the gap is told [Inconsistent] and must not wait: if it runs above the
// producer on the same processor it would wait for ever. The producer makes sure
// that somebody looks again.
//
// Addresses, not pointers: a store of a pointer would be recorded by the garbage
// collector's write barrier, which nothing below the runtime may call. So nodes must
// lie in memory that does not move and is kept alive by something else: package
// variables, or objects that a registry holds.
package queue

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Node is the link of a queued object and must be its first field. A node is in one
// queue at a time.
type Node struct {
	next atomic.Uintptr
}

// Queue is ready when it is zero: address 0 stands for the stub, so memory that no
// initialiser has touched is an empty queue. It must not be copied or moved.
type Queue struct {
	head atomic.Uintptr // last node put in; 0 is the stub
	_    cpu.CacheLinePad
	tail uintptr // next node to take out; 0 is the stub; the consumer's
	lock atomic.Uint32
	stub Node
}

// Result says what [Consumer.TryDequeue] found.
type Result uint8

const (
	// Item: a node was taken out.
	Item Result = iota
	// Empty: nothing was in the queue. Never said while a completed Enqueue is.
	Empty
	// Inconsistent: a producer is between its two steps. Leave, and come back.
	Inconsistent
)

func addr(n *Node) uintptr { return uintptr(unsafe.Pointer(n)) }

// at makes the pointer of an address that addr made.
func at(a uintptr) *Node { return *(**Node)(unsafe.Pointer(&a)) }

// Enqueue puts n in at the end. Wait-free; any level. n must not be in a queue.
//
//go:nosplit
func (q *Queue) Enqueue(n *Node) {
	n.next.Store(0)
	before := q.head.Swap(addr(n))
	if before == 0 {
		before = addr(&q.stub)
	}
	at(before).next.Store(addr(n))
}

// Empty reports whether nothing is in the queue. From another level than the
// consumer's the answer may be old.
//
//go:nosplit
func (q *Queue) Empty() bool {
	head := q.head.Load()
	return head == 0 || head == addr(&q.stub)
}

// Consumer is the right to take nodes out. There is one at a time.
type Consumer struct{ q *Queue }

// TryConsume gives the right to take nodes out, unless somebody has it.
//
//go:nosplit
func (q *Queue) TryConsume() (Consumer, bool) {
	return Consumer{q}, q.lock.CompareAndSwap(0, 1)
}

// Release gives the right back.
//
//go:nosplit
func (c Consumer) Release() { c.q.lock.Store(0) }

// TryDequeue takes the first node out. It never waits.
//
//go:nosplit
func (c Consumer) TryDequeue() (*Node, Result) {
	q := c.q
	stub := addr(&q.stub)
	tail := q.tail
	if tail == 0 {
		tail = stub
	}
	next := at(tail).next.Load()
	if tail == stub {
		if next == 0 {
			if q.Empty() {
				return nil, Empty
			}
			return nil, Inconsistent
		}
		tail = next
		q.tail = tail
		next = at(tail).next.Load()
	}
	if next != 0 {
		q.tail = next
		return at(tail), Item
	}
	if q.head.Load() != tail {
		return nil, Inconsistent
	}
	// tail is the last: the stub goes behind it, so that it can be taken out.
	q.Enqueue(&q.stub)
	next = at(tail).next.Load()
	if next == 0 {
		// A producer swapped in between and has not linked yet. Its node is
		// behind tail, so this is not Empty.
		return nil, Inconsistent
	}
	q.tail = next
	return at(tail), Item
}
