//go:build !tasktrace

package raw

// The places of a task's life that a tracer wants to see; with -tags tasktrace they are
// those of trace_on.go, and otherwise nothing, also in the compiled code.

//go:nosplit
func traceSpawn(uint64) {}

//go:nosplit
func traceWake(*Header) {}

//go:nosplit
func traceCancel(*Header) {}

//go:nosplit
func tracePollStart(*Header) {}

//go:nosplit
func tracePollEnd(*Header, Poll) {}

//go:nosplit
func traceComplete(*Header) {}
