package raw

import "unsafe"

// faultCallers is how many callers a [Fault] notes.
const faultCallers = 8

// Fault is what is noted of a real-time task when it faults: words, since pointers may
// not be stored there. Kind is a task.FaultKind.
type Fault struct {
	Kind uint32
	PC   uintptr
	Addr uintptr

	callers  [faultCallers]uintptr // return addresses, innermost first
	nCallers uint32
	// On ARM, where there are no frame pointers, instead: the link register, and which
	// of the stacks that were kept is this one's, plus 1.
	lr    uintptr
	stack uint32
}

// NoteCaller notes a return address, the innermost first, and reports whether there is room for
// another. Interrupts masked.
//
//go:nosplit
func (f *Fault) NoteCaller(pc uintptr) (more bool) {
	if f.nCallers < faultCallers {
		f.callers[f.nCallers] = pc
		f.nCallers++
	}
	return f.nCallers < faultCallers
}

// FaultReport is a fault, and of which task.
type FaultReport struct {
	ID   uint64
	Task string // name
	Fault
}

// keptStack is a piece of a stack as it was at a fault. The error's reader unwinds it: that
// takes tables that the real-time executor may not use.
type keptStack struct {
	n     uint32 // of how many before it
	count int    // of words that are the stack's
	words [128]uintptr
}

var (
	keptStacks [8]keptStack // the last ones
	keptCount  uint32
)

// NoteStack notes the link register, and keeps the words from sp to end. Interrupts masked.
//
//go:nosplit
func (f *Fault) NoteStack(lr, sp, end uintptr) {
	f.lr = lr
	keptCount++
	k := &keptStacks[keptCount%uint32(len(keptStacks))]
	k.n = keptCount
	f.stack = keptCount
	count := min((end-sp)/unsafe.Sizeof(sp), uintptr(len(k.words)))
	stack := *(**[len(k.words)]uintptr)(unsafe.Pointer(&sp))
	k.count = copy(k.words[:count], stack[:count])
}

// ReturnAddresses returns the return addresses of the fault, innermost first. Thread level.
func (f *Fault) ReturnAddresses() []uintptr {
	if f.stack == 0 {
		return f.callers[:f.nCallers]
	}
	k := &keptStacks[f.stack%uint32(len(keptStacks))]
	if k.n != f.stack {
		return nil // there have been many since
	}
	return unwind(f.PC, f.lr, k.words[:k.count])
}
