package sched

import (
	"runtime/debug"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// end ends a cancelled task: after its last poll, if it wants one, in which a panic is
// charged to it as in any other.
func (e *Executor) end(h *raw.Header) {
	if h.WantsCleanup() {
		e.current.StoreRelease(uintptr(unsafe.Pointer(h)))
		h.PollCleanup(&e.cx)
		e.current.StoreRelease(0)
	}
	h.Finish(e.cancelled())
}

// shut is the same for what a shutdown finds on the queue. It may run on the goroutine of
// a spawn, beside the executor's, so nothing of the executor is used.
func shut(h *raw.Header) {
	if !h.WantsCleanup() {
		h.Finish(raw.Shutdown)
		return
	}
	over := false
	defer func() {
		if over {
			return
		}
		platform.UnmaskInterrupts() // as in contain
		if v := recover(); v != nil {
			h.Panicked(v, debug.Stack())
		} else {
			h.Panicked(exited, debug.Stack())
		}
	}()
	h.PollCleanup(new(raw.Context))
	over = true
	h.Finish(raw.Shutdown)
}

// exited is what a task panicked with that ended its goroutine instead.
const exited = "its poll function called runtime.Goexit"
