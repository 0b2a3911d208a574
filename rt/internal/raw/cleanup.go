package raw

// A last poll. A task that is cancelled ends without being polled again: its state is what
// lies in memory, and its open waits are taken back ([Wait]). One with a stack of its own,
// which is what rt/coro makes, has more to undo: what its body has deferred. Such a task asks
// for a last poll, and gets it before its waits are taken back and its result can be seen.
//
//	cancel --> Start or End says so --> PollCleanup, if wanted --> Finish
//
// Rejected: a poll with a flag for every task, whose poll function would have to look at
// it; and doing it in the undo of a Wait, where a panic would have no task to be charged to.
type cleanup uint8

const (
	noCleanup cleanup = iota
	wantsCleanup
	inCleanup // under way
)

// WantCleanup asks that the task be polled once more if it is cancelled, or its executor is
// shut down, with [Context.InCleanup] true. What that poll returns is ignored; a panic in it is
// the task's end. In the first poll, at thread level; a real-time task gets none.
func (cx *Context) WantCleanup() { headerAt(cx.header).base().cleanup = wantsCleanup }

// InCleanup reports whether this is the task's last poll, in which it cleans up.
func (cx *Context) InCleanup() bool { return headerAt(cx.header).base().cleanup == inCleanup }

// WantsCleanup reports whether the task is to be polled once more before it is finished as
// cancelled. Executor only.
func (h *Header) WantsCleanup() bool { return h.base().cleanup == wantsCleanup }

// PollCleanup does that. Between [Header.Start] or [Header.End], which said that the task was
// cancelled, and [Header.Finish]. Executor only.
func (h *Header) PollCleanup(cx *Context) {
	h.base().cleanup = inCleanup
	h.Poll(cx)
}

// RunsOn says on which goroutine the task does its work, by the number that is in
// tracebacks, if that is not the executor's. Thread level.
func (cx *Context) RunsOn(goroutine uint64) {
	headerAt(cx.header).base().goroutine.Store(goroutine)
}

// Goroutine returns what [Context.RunsOn] was told, 0 if nothing. Thread level.
func (h *Header) Goroutine() uint64 { return h.base().goroutine.Load() }
