package sync

import (
	"unsafe"

	"tamagotake/rt/task"
)

// Flags are 32 events. Tasks wait for any or all of some of them, and either leave them set
// or take them, so that nobody else has them. The zero value has none set.
type Flags struct {
	waiters // first
	bits    uint32
}

const (
	all    askFlags = 1 << (8 + iota) // of the wanted flags
	takes                             // and clears them
	events                            // the wait is for flags: need is which, and then which it got
)

// WaitAny waits until one of the wanted flags is set: Ready, and got says which of them are.
// They stay set. A wait that is given up leaves nothing behind. From a poll; both levels.
func (f *Flags) WaitAny(cx *task.Context, w *Wait, want uint32, got *uint32) Result {
	return f.wait(cx, w, want, got, events)
}

// WaitAll is WaitAny until all of the wanted flags are set at once.
func (f *Flags) WaitAll(cx *task.Context, w *Wait, want uint32, got *uint32) Result {
	return f.wait(cx, w, want, got, events|all)
}

// TakeAny is WaitAny, and clears the flags that it got: each set of a flag is for one task
// that takes it, the first that waits. If the wait is given up when it has got some that it
// has not seen, they are set again. From a poll; both levels.
func (f *Flags) TakeAny(cx *task.Context, w *Wait, want uint32, got *uint32) Result {
	return f.wait(cx, w, want, got, events|takes)
}

// TakeAll is TakeAny until all of the wanted flags are set at once.
func (f *Flags) TakeAll(cx *task.Context, w *Wait, want uint32, got *uint32) Result {
	return f.wait(cx, w, want, got, events|takes|all)
}

func (f *Flags) wait(cx *task.Context, w *Wait, want uint32, got *uint32, how askFlags) Result {
	if w.state.Load() != idle {
		r := w.end(&f.waiters, cx, idle)
		*got = uint32(w.need)
		return r
	}
	saved := f.lock.Enter()
	if *got = f.match(want, how); *got != 0 {
		f.lock.Leave(saved)
		return Ready
	}
	return f.begin(&f.lock, saved, cx, w, ask{int32(want), 1, how}, idle) // free is always 0
}

// match returns what a wait for some flags gets now, 0 for nothing, and takes it.
//
//go:nosplit
func (f *Flags) match(want uint32, how askFlags) (got uint32) {
	got = f.bits & want
	if how&all != 0 && got != want {
		return 0
	}
	if how&takes != 0 {
		f.bits &^= got
	}
	return got
}

// Set sets flags and wakes those who have waited for them, in the order in which they came.
// Any level; one section for each that waits.
//
//go:nosplit
func (f *Flags) Set(which uint32) {
	saved := f.lock.Enter()
	f.bits |= which
	f.look(saved)
}

// look offers the flags to everybody who waits now, in order, and ends the section. Who does
// not want them goes to the end, all of them in turn, so that the order stays.
//
//go:nosplit
func (f *Flags) look(saved uintptr) {
	until := f.turn
	f.turn++
	for {
		l := f.list.First()
		if l == nil {
			break
		}
		w := waitAt(l)
		if int32(w.turn-until) > 0 {
			break
		}
		var k task.Waker
		if got := f.match(uint32(w.need), w.flags); got != 0 {
			w.need = int32(got)
			k = f.pop(w, granted)
		} else {
			w.turn = f.turn
			f.list.Remove(l)
			f.list.PushBack(l)
		}
		f.lock.Leave(saved)
		k.Wake()
		saved = f.lock.Enter()
	}
	f.lock.Leave(saved)
}

// Clear clears flags. Any level.
//
//go:nosplit
func (f *Flags) Clear(which uint32) {
	saved := f.lock.Enter()
	f.bits &^= which
	f.lock.Leave(saved)
}

// Get returns the flags that are set. Any level.
//
//go:nosplit
func (f *Flags) Get() uint32 {
	saved := f.lock.Enter()
	b := f.bits
	f.lock.Leave(saved)
	return b
}

// giveFlags ends the section of who was granted flags and did not see them.
//
//go:nosplit
func (q *waiters) giveFlags(saved uintptr, got uint32, how askFlags) {
	f := (*Flags)(unsafe.Pointer(q))
	if how&takes == 0 || got == 0 {
		f.lock.Leave(saved)
		return
	}
	f.bits |= got
	f.look(saved)
}
