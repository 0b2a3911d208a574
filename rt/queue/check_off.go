//go:build !explore

package queue

//go:nosplit
func enqueued(*Node) {}

//go:nosplit
func dequeued(*Node) {}

//go:nosplit
func (q *Queue) reach() {
	if last := q.head.Load(); last != 0 {
		at(last).next.Load()
	}
}
