//go:build !explore

package queue

//go:nosplit
func enqueued(*Node) {}

//go:nosplit
func dequeued(*Node) {}

// No decision hangs on what is read, so it need not be atomic.
//
//go:nosplit
func (q *Queue) reach() {
	if last := q.head.LoadMasked(); last != 0 && at(last).next.LoadMasked() == ^uintptr(0) {
		unreachable()
	}
}

// unreachable has the compiler keep the load.
//
//go:noinline
//go:nosplit
func unreachable() {}
