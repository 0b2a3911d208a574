//go:build explore

package queue

// In the explorer's build every queue knows what is in one, so that a node that is put in
// twice is found at once.
var inside = map[*Node]bool{}

func enqueued(n *Node) {
	if inside[n] {
		panic("queue: enqueue of a node that is in a queue already")
	}
	inside[n] = true
}

func dequeued(n *Node) {
	if !inside[n] {
		panic("queue: dequeued a node that is in no queue")
	}
	delete(inside, n)
}

// To look whether memory can be read is no step.
func (q *Queue) reach() {}

// Reset forgets what is in queues: a new run begins.
func Reset() { clear(inside) }
