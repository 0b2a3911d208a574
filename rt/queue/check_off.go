//go:build !explore

package queue

//go:nosplit
func enqueued(*Node) {}

//go:nosplit
func dequeued(*Node) {}

// peekHead and readable look where no decision hangs on what they see.
//
//go:nosplit
func (q *Queue) peekHead() uintptr { return q.head.Load() }

//go:nosplit
func (n *Node) readable() bool { return n.next.Load() != ^uintptr(0) }
