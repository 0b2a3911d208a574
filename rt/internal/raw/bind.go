//go:build !race

package raw

// runQueue returns the run queue that the task is bound to, also to who does not own the task: a
// wake looks at it before it has made the task woken, and another executor may be stealing the
// task meanwhile. One word is loaded whole; which of the two targets it names does not matter.
//
//go:nosplit
func (h *Header) runQueue() *RunQueue { return h.exec }

// bind binds the task, which is the caller's, to the run queue.
func (h *Header) bind(t *RunQueue) { h.exec = t }
