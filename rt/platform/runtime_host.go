//go:build !tamago

package platform

// RunTime returns how long a goroutine has had the processor; on the host that is not known. A
// test sets it.
var RunTime = func(goroutine uint64) (ns int64, ok bool) { return 0, false }
