package task

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// Wait is one thing that a task waits for, for packages that offer something to wait for: a place
// in a wait queue, in the timer wheel. It is the first field of what that package keeps of the task,
// and belongs to the task from [Wait.Open] to [Wait.Close].
//
//	the task --> [Wait] <-> [Wait] --> nil
//	               |
//	               undo: take it out of that structure, pass on what it was given
//
// A task can end with waits open: cancelled, by a fault, or by what it awaited beside them.
// Go has no destructors, so the executor calls the undo function of each, whatever the end, before
// the result can be seen. So an open wait is always that of a live task, and what was granted to it
// and not taken goes to the next.
//
// An open wait keeps itself from the collector. At thread level it may be a variable of the poll
// function. At real-time level there are no write barriers, so there it is a
// package variable or a field of the task's state.
type Wait raw.Wait

// Open makes the wait one of the task that is being polled. undo is called if the task ends
// before [Wait.Close]. A wait that is open already stays so; one of another task is refused with a
// panic. From a poll, at thread level with interrupts enabled; real-time and thread level.
//
//go:nosplit
func (w *Wait) Open(cx *Context, undo Undo) {
	(*raw.Wait)(w).Open((*raw.Context)(cx), raw.Undo(undo))
}

// Close ends the wait. Nothing happens if it is not open. From a poll of its task, at
// thread level with interrupts enabled; real-time and thread level.
//
//go:nosplit
func (w *Wait) Close() { (*raw.Wait)(w).Close() }

// IsOpen reports whether the wait belongs to a task. From a poll of that task.
//
//go:nosplit
func (w *Wait) IsOpen() bool { return (*raw.Wait)(w).IsOpen() }

// Waker returns the waker of the task that the wait belongs to: what to wake when the event
// comes.
//
//go:nosplit
func (w *Wait) Waker() Waker { return Waker((*raw.Wait)(w).Waker()) }

// Undo is a function that takes back what a task waits for, when the task ends with a [Wait]
// open. It can only be made by [NewUndo], at thread level, which checks the function; [Wait.Open]
// takes nothing else. It is a word without a pointer, for both levels.
//
// The zero Undo is none: Wait.Open refuses it.
type Undo raw.Undo

// NewUndo makes an Undo of a function. It is called with interrupts masked at real-time level:
// it must be nosplit, and marked //tamagotake:undo for boot/verify. In a verified image every
// other function is refused with [ErrUnverifiedUndo]; in one that is not, any function will do.
//
// Thread level, once for each function: what was given is kept for ever. The package that has
// the function keeps the Undo in a package variable, with [MustUndo]. Go initialises it before
// any package that imports this one, so no poll of a task finds it unset.
func NewUndo(f func(*Wait)) (Undo, error) {
	u, err := raw.NewUndo(*(*func(*raw.Wait))(unsafe.Pointer(&f)))
	return Undo(u), err
}

// MustUndo is [NewUndo] for package variables. It panics instead of returning an error.
func MustUndo(f func(*Wait)) Undo {
	u, err := NewUndo(f)
	if err != nil {
		panic(err)
	}
	return u
}
