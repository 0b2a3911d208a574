package sched

import (
	"errors"
	"unsafe"

	"tamagotake/rt/task"
)

// ErrUnmarked: the poll function of a real-time task is none that boot/verify has verified.
var ErrUnmarked = errors.New("sched: a real-time poll function that boot/verify has not verified: mark it //tamagotake:realtime, see docs/verify.md")

// marked has how many poll functions boot/verify has verified, and the address of each. It
// writes them into the linked image; in one that it has not been at, in tests for instance,
// the first word is unsealed, and every function will do.
//
// Rejected: to find in the image what is spawned, or in the source. A task is often spawned
// by a function of the program's own, which is given the poll function, or made from a
// table; a proof that nothing else is spawned has to be where the spawn is.
var marked = [64]uintptr{unsealed}

const unsealed = ^uintptr(0)

// admit says whether a task with this poll function may be spawned there.
func admit[T any](on Home, poll task.Func[T]) error {
	if _, realtime := on.(*Priority); !realtime || marked[0] == unsealed {
		return nil
	}
	if poll != nil {
		code := **(**uintptr)(unsafe.Pointer(&poll)) // a func value is the address of a word with that of the code
		for _, m := range marked[1:min(1+marked[0], uintptr(len(marked)))] {
			if m == code {
				return nil
			}
		}
	}
	return ErrUnmarked
}
