// Package pin makes what tests on the host link by address. A variable of a test may be on its
// goroutine's stack, which moves when it grows: addresses that were noted before are then those of
// nothing.
package pin

import "runtime"

// New returns a zero T that does not move and lives as long as the test.
func New[T any](t interface{ Cleanup(func()) }) *T {
	p := new(T)
	t.Cleanup(func() { runtime.KeepAlive(p) })
	return p
}
