package raw

import (
	"errors"
	"unsafe"
)

// ErrUnverified: the poll function of a real-time task is not one that boot/verify has
// verified.
var ErrUnverified = errors.New("task: a real-time poll function that boot/verify has not verified: mark it //tamagotake:realtime, see docs/verify.md")

// The tables of verified functions: how many, and the address of each. boot/verify -seal
// writes them into the linked image. In an image that is not sealed, in tests for instance,
// the first word is [Unsealed], and every function is accepted.
//
// Rejected: to find in the image what is spawned, or in the source. A task is often spawned
// by a function of the program's own, which is given the poll function, or made from a
// table; a proof that nothing else is spawned has to be where the spawn is.
//
// Rejected: to look where a task is spawned, in rt/sched, at what it is spawned on. What
// makes a task real-time is the queue that it goes to, and package task alone sees that for
// every way to it: a type that embeds a priority, a pool, a run queue.
//
// They are sealedPolls, of what is marked //tamagotake:realtime, and sealedUndos, of what is
// marked //tamagotake:undo. In a kernel they are constants, so that nothing writes them while
// it runs: sealed_amd64.s, sealed_arm.s.
type sealTable = [64]uintptr

// Unsealed is the first word of a table that boot/verify has not written.
const Unsealed = ^uintptr(0)

// admit returns an error if a task with this poll function must not be spawned on the
// run queue. poll is the address of the func value's word.
func admit(q *RunQueue, poll unsafe.Pointer) error {
	if q.realtime && !isSealed(pollTable(), poll) {
		return ErrUnverified
	}
	return nil
}

// isSealed reports whether a function is in the table. A func value is the address of a word
// with the address of the code; a closure has code of its own, which no mark can name.
func isSealed(table *sealTable, f unsafe.Pointer) bool {
	if table[0] == Unsealed {
		return true
	}
	if f == nil {
		return false
	}
	code := *(*uintptr)(f)
	for _, v := range table[1:min(1+table[0], uintptr(len(table)))] {
		if v == code {
			return true
		}
	}
	return false
}
