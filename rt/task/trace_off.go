//go:build !tasktrace

package task

// The places of a task's life that a tracer wants to see; with -tags tasktrace they are
// those of trace_on.go, and otherwise nothing, also in the compiled code.

//go:nosplit
func traceSpawn(uint64) {}

//go:nosplit
func traceWake(uint64) {}

//go:nosplit
func traceCancel(uint64) {}

//go:nosplit
func tracePollStart(uint64) {}

//go:nosplit
func tracePollEnd(uint64, Poll) {}

//go:nosplit
func traceComplete(uint64) {}
