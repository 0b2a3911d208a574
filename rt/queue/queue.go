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
// in front of the first, so that there is always something to link to.
//
// Two things differ from the original. The stub's address is written 0, so that a
// queue in memory that nothing has initialised is an empty queue. And the last node
// is taken out by swinging head from it back to the stub with one compare-and-swap,
// not by putting the stub in behind it with a swap and a store: that fails, and
// changes nothing, exactly if a producer is under way.
//
// Between the two steps of a producer the chain is broken. A consumer that comes
// upon the gap is told [Inconsistent] and must not wait: if it runs above the
// producer on the same processor it would wait for ever. The producer makes sure
// that the queue is looked at again.
//
// Addresses, not pointers: a store of a pointer would be recorded by the garbage
// collector's write barrier, which nothing below the runtime may call. So nodes must
// lie in memory that does not move and is kept alive by something else: package
// variables, or objects that a registry holds.
//
// There is no intrusive list or stack beside it. What a timer wheel or a wait queue
// needs of a list is removal from the middle under that structure's own lock; it
// belongs there, and is best written for their entries.
package queue

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"

	"golang.org/x/sys/cpu"
)

// Node is the link of a queued object and must be its first field. A node is in one
// queue at a time.
type Node struct {
	next atom.Uintptr
}

// Queue is ready when it is zero. It must not be copied or moved.
type Queue struct {
	head atom.Uintptr // last node put in; 0 is the stub
	_    cpu.CacheLinePad
	tail uintptr // next node to take out; 0 is the stub; the consumer's
	lock atom.Uint32
	stub Node
}

// Result says what was found.
type Result uint8

const (
	// Item: a node was taken out. The queue does not touch it any more; it can be put into
	// another queue at once.
	Item Result = iota
	// Empty: nothing was in the queue. Never said while a completed Enqueue is.
	Empty
	// Inconsistent: a producer is between its two steps. Leave, and come back.
	Inconsistent
	// Busy: another consumer has the right to take out.
	Busy
)

func addr(n *Node) uintptr { return uintptr(unsafe.Pointer(n)) }

// at makes the pointer of an address that addr made.
func at(a uintptr) *Node { return *(**Node)(unsafe.Pointer(&a)) }

// Enqueue puts n in at the end. Wait-free; any level. n must not be in a queue.
//
//go:nosplit
func (q *Queue) Enqueue(n *Node) {
	n.next.StorePrivate(0)
	before := q.head.Swap(addr(n))
	enqueued(n)
	if before == 0 {
		before = addr(&q.stub)
	}
	// No fence is needed after this: that something is in the queue is known
	// from head, by Empty as well, and the swap was one.
	at(before).next.StoreRelease(addr(n))
}

// Reach reads what Enqueue will write, so that an address that was overwritten faults here,
// before anything has changed. Any level.
//
//go:nosplit
func (q *Queue) Reach() { q.reach() }

// Empty reports whether nothing is in the queue. From another level than the
// consumer's the answer may be old.
//
//go:nosplit
func (q *Queue) Empty() bool { return q.head.Load() == 0 }

// Consumer is the right to take nodes out. There is one at a time.
type Consumer struct{ q *Queue }

// TryConsume gives the right to take nodes out, unless another consumer has it. It never
// waits; any level.
//
//go:nosplit
func (q *Queue) TryConsume() (Consumer, bool) {
	if q.lock.Load() != 0 {
		return Consumer{}, false
	}
	return Consumer{q}, q.lock.CompareAndSwap(0, 1)
}

// Release gives the right back.
//
//go:nosplit
func (c Consumer) Release() { c.q.lock.StoreRelease(0) }

// ReleaseFence is Release for who looks at the queue afterwards: a producer either finds
// the right free, or has put its node in before the look.
//
//go:nosplit
func (c Consumer) ReleaseFence() { c.q.lock.Store(0) }

// TryDequeue takes the first node out, or says Busy if another consumer may do that at
// present. It never waits.
//
//go:nosplit
func (q *Queue) TryDequeue() (*Node, Result) {
	c, ok := q.TryConsume()
	if !ok {
		return nil, Busy
	}
	n, r := c.TryDequeue()
	c.Release()
	return n, r
}

// TryDequeue takes the first node out. It never waits, and never says Busy.
//
//go:nosplit
func (c Consumer) TryDequeue() (*Node, Result) {
	q := c.q
	tail := q.tail
	if tail == 0 {
		if tail = q.stub.next.Load(); tail == 0 {
			if q.Empty() {
				return nil, Empty
			}
			return nil, Inconsistent
		}
	}
	next := at(tail).next.Load()
	if next == 0 {
		// tail is the last, unless a producer is about to link. The stub is not in
		// the chain now, or is in front of tail and done with.
		q.stub.next.StorePrivate(0)
		if q.head.CompareAndSwap(tail, 0) {
			q.tail = 0
			dequeued(at(tail))
			return at(tail), Item
		}
		if next = at(tail).next.Load(); next == 0 {
			q.tail = tail
			return nil, Inconsistent
		}
	}
	q.tail = next
	dequeued(at(tail))
	return at(tail), Item
}

// Len counts the nodes that can be reached, at most limit. Nodes that producers put
// in meanwhile may or may not be counted.
//
//go:nosplit
func (c Consumer) Len(limit int) (n int) {
	a := c.q.tail
	if a == 0 {
		a = c.q.stub.next.Load()
	}
	for a != 0 && n < limit {
		n++
		a = at(a).next.Load()
	}
	return n
}
