package queue

// The same queue, worked with plain loads and stores where interrupts are masked on the
// one processor that the queue belongs to. There it cannot be interrupted, and what it
// has interrupted is a producer between its two steps at most, which the consumer is told
// of as ever. On ARM, where an atomic operation is a call and a loop, this is a third of
// the instructions.

// EnqueueMasked is [Queue.Enqueue], interrupts masked.
//
//go:nosplit
func (q *Queue) EnqueueMasked(n *Node) {
	n.next.StoreMasked(0)
	before := q.head.LoadMasked()
	q.head.StoreMasked(addr(n))
	enqueued(n)
	if before == 0 {
		before = addr(&q.stub)
	}
	at(before).next.StoreMasked(addr(n))
}

// EmptyMasked is [Queue.Empty], interrupts masked.
//
//go:nosplit
func (q *Queue) EmptyMasked() bool { return q.head.LoadMasked() == 0 }

// BothEmptyMasked is EmptyMasked of both, in one comparison.
//
//go:nosplit
func BothEmptyMasked(a, b *Queue) bool { return a.head.LoadMasked()|b.head.LoadMasked() == 0 }

// TryDequeueMasked is [Queue.TryDequeue], interrupts masked. No other consumer may take nodes
// out, so it does not ask for the right to.
//
//go:nosplit
func (q *Queue) TryDequeueMasked() (*Node, Result) {
	tail := q.tail
	if tail == 0 {
		if tail = q.stub.next.LoadMasked(); tail == 0 {
			if q.EmptyMasked() {
				return nil, Empty
			}
			return nil, Inconsistent
		}
	}
	next := at(tail).next.LoadMasked()
	if next == 0 {
		if q.head.LoadMasked() != tail {
			q.tail = tail
			return nil, Inconsistent
		}
		q.stub.next.StoreMasked(0)
		q.head.StoreMasked(0)
	}
	q.tail = next
	dequeued(at(tail))
	return at(tail), Item
}
