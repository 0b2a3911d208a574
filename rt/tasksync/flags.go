package tasksync

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/task"
)

// Flags are 32 events. Tasks wait for any or all of some of them, and either leave them set
// or take them, so that no other task has them. The zero value has none set.
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
	g := f.match(want, how)
	*got = g // first: it may fault
	if g != 0 {
		f.taken(g, how)
		f.lock.Leave(saved)
		return Ready
	}
	return f.begin(&f.lock, saved, cx, w, ask{int32(want), 1, how}, idle) // free is always 0
}

// match returns what a wait for some flags gets now, 0 for nothing.
//
//go:nosplit
func (f *Flags) match(want uint32, how askFlags) (got uint32) {
	got = f.bits & want
	if how&all != 0 && got != want {
		return 0
	}
	return got
}

// taken clears what a wait has got, if it takes it.
//
//go:nosplit
func (f *Flags) taken(got uint32, how askFlags) {
	if how&takes != 0 {
		f.bits &^= got
	}
}

// Set sets flags and wakes those who have waited for them, in the order in which they came; if a
// Set comes while another one wakes, first those that the other has not looked at.
// Any level; a section for each that is woken, and for every four that are not.
//
//go:nosplit
func (f *Flags) Set(which uint32) {
	saved := f.lock.Enter()
	f.bits |= which
	f.anew()
	f.serve(&f.lock, saved, 0)
}

// lookMost is how many waits a section offers the flags to.
const lookMost = 4

// look is the step of flags. It offers them to the waits of earlier turns, in order: to the
// first that wants them, and to lookMost at most. Who does not want them goes to the end, all
// of them in turn, so that the order stays.
//
// The invariant of step.go wants a baton after each section, also if none was granted
// anything and there are more to be looked at: the last that was looked at is woken to look on.
//
//go:nosplit
func (q *waiters) look() (did served) {
	f := (*Flags)(unsafe.Pointer(q))
	for n := 1; ; n++ {
		w := waitAt(f.list.First())
		if got := f.match(uint32(w.need), w.flags); got != 0 {
			if did = f.off(w, granted, int32(got)); did&broken == 0 {
				f.taken(got, w.flags)
				did |= f.rest()
			}
			return did
		}
		k := w.open.Waker()
		if n == lookMost && !k.Sound() || !f.list.Remove(&w.link) {
			return broken
		}
		f.list.PushBack(&w.link)
		w.turn = f.turn
		if f.old--; f.old == 0 {
			return 0
		}
		if n == lookMost {
			return wakeWithin(k) | more
		}
	}
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

// giveFlags sets again what a wait was granted and did not see, if it has taken it.
//
//go:nosplit
func (q *waiters) giveFlags(got uint32, how askFlags) {
	if how&takes != 0 && got != 0 {
		(*Flags)(unsafe.Pointer(q)).bits |= got
		q.anew()
	}
}
