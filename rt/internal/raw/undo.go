package raw

import (
	"errors"
	"sync"
	"unsafe"
)

// Undo is a function that takes back what a task waits for, when the task ends with a [Wait]
// open. It can only be made by [NewUndo], at thread level, which checks the function; [Wait.Open]
// takes nothing else. It is a word without a pointer, for both levels.
//
// The zero Undo is none: Wait.Open refuses it.
type Undo struct{ f uintptr } // the func value: the address of the word with the code's address

// ErrUnverifiedUndo: the function is not one that boot/verify has verified.
var ErrUnverifiedUndo = errors.New("task: an undo function that boot/verify has not verified: mark it //tamagotake:undo, see docs/verify.md")

// NewUndo makes an Undo of a function. It is called with interrupts masked at real-time level:
// it must be nosplit, and marked //tamagotake:undo for boot/verify. In a verified image every
// other function is refused with [ErrUnverifiedUndo]; in one that is not, any function will do.
//
// Thread level, once for each function: what was given is kept for ever. The package that has
// the function keeps the Undo in a package variable, with [MustUndo]. Go initialises it before
// any package that imports this one, so no poll of a task finds it unset.
func NewUndo(f func(*Wait)) (Undo, error) {
	p := *(*unsafe.Pointer)(unsafe.Pointer(&f))
	if f == nil || !isSealed(undoTable(), p) {
		return Undo{}, ErrUnverifiedUndo
	}
	undos.Lock()
	defer undos.Unlock()
	undos.kept = append(undos.kept, f)
	return Undo{uintptr(p)}, nil
}

// MustUndo is [NewUndo] for package variables. It panics instead of returning an error.
func MustUndo(f func(*Wait)) Undo {
	u, err := NewUndo(f)
	if err != nil {
		panic(err)
	}
	return u
}

// undos keeps every function from the collector: an Undo has its address only. That of a
// closure, which an image that is not verified accepts, may lie on the heap.
var undos struct {
	sync.Mutex
	kept []func(*Wait)
}

// call calls the function. Executor only.
//
//go:nosplit
func (u Undo) call(w *Wait) { (*(*func(*Wait))(unsafe.Pointer(&u.f)))(w) }
