// Package tasksync is what tasks wait for, besides time: wake-ups, permits, locks, values,
// bytes.
//
//	a poll:  Wait(cx, &w)                      any level:  Wake, Add, Set, Send ...
//	             |                                              |
//	             v                                              v
//	         nothing there: w goes to the      -------   the first whose turn it is
//	         end of the object's list                    is granted it, and woken
//	             |                                              |
//	         Pending                                            |
//	         polled again: Ready, with what was granted  <------+
//
// All objects are one core, [waiters]: a list of waits, first come first served, and a
// number of permits. A wake-up is a permit, and so is a free place in a ring, or a byte.
// What is granted is taken off the number at once and belongs to the wait, so that no
// later wait can take it away; if the wait is given up, or its task ends, it goes to
// the next. So nothing is lost, and nothing taken twice.
//
//	var w tasksync.Wait                                   // storage of one wait
//	if q.Wait(cx, &w) == tasksync.Pending { return task.Pending }
//	w.Cancel()                                            // give up
//
// Usable at real-time and at thread level alike, without heap; docs/sync.md says which
// operation at which level. What wakes may be used from an interrupt entry as well, and by
// goroutines that are not tasks. Objects are ready when zero unless they have an Init, and
// must not be copied or moved.
package tasksync

// Result is what an operation says of itself.
type Result uint8

const (
	// Pending: not yet. The task is woken when it is worth another poll.
	Pending Result = iota
	// Ready: done. The next poll begins a new operation.
	Ready
	// Closed: the object was closed, and nothing more will come.
	Closed
	// Busy: not at present, and the operation does not wait.
	Busy
)

func misuse(text string) { panic(text) }
