// Package coroutines counts the coroutines of a test, so that it sees those that are left behind.
//
// A count of goroutines does not do: others end when they like. That of a test which is over
// has told so a moment before, and on a busy machine the moment is long; runtime.NumGoroutine
// gave four before a test and three after it. A coroutine ends in the step that returns from
// its body, before the caller goes on, so that its count is exact.
package coroutines

import (
	"bytes"
	"runtime"
	"testing"
)

// made is in the stack of a goroutine that is the coroutine of an iter.Pull.
var made = []byte("\ncreated by iter.Pull")

// Count returns how many coroutines there are, and the stacks of all goroutines.
func Count() (n int, stacks []byte) {
	for size := 1 << 16; ; size *= 2 {
		stacks = make([]byte, size)
		if used := runtime.Stack(stacks, true); used < size {
			stacks = stacks[:used]
			return bytes.Count(stacks, made), stacks
		}
	}
}

// Check fails the test if it has more coroutines at its end than now.
func Check(t testing.TB) {
	t.Helper()
	before, _ := Count()
	t.Cleanup(func() {
		if n, stacks := Count(); n != before {
			t.Errorf("%d coroutines before, %d after\n%s", before, n, stacks)
		}
	})
}
