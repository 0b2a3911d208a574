package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// Watch is a value that changes, and any number of tasks that each want to know its latest:
// a slow reader misses what lay between, and never holds up the writer. The zero value has
// none. For T see [Signal].
type Watch[T any] struct {
	waiters // free counts the values, and is never taken from
	value   T
}

// Next takes the value into out when there is one that seen does not know: Ready, and seen
// knows it then; Closed after [Watch.Close], when it knows the last. seen belongs to who
// waits and is 0 at first. A wait that is given up misses nothing: the next one has the
// latest. From a poll; both levels.
func (v *Watch[T]) Next(cx *task.Context, w *Wait, seen *uint32, out *T) Result {
	if w.state.Load() != idle {
		r := w.end(&v.waiters, cx, idle)
		// A close can come before a Set has woken this wait: the value is first.
		if (r == Ready || r == Closed) && v.Load(seen, out) {
			return Ready
		}
		return r
	}
	saved := v.lock.Enter()
	if uint32(v.free) == *seen {
		return v.begin(&v.lock, saved, cx, w, ask{0, v.free + 1, 0}, idle)
	}
	*out, *seen = v.value, uint32(v.free)
	v.lock.Leave(saved)
	return Ready
}

// Load takes the latest value into out, and reports whether seen did not know it. Any level.
//
//go:nosplit
func (v *Watch[T]) Load(seen *uint32, out *T) (isNew bool) {
	saved := v.lock.Enter()
	isNew = *seen != uint32(v.free)
	*out, *seen = v.value, uint32(v.free)
	v.lock.Leave(saved)
	return isNew
}

// Set stores a value and wakes all that wait. Any level; one section for each.
//
//go:nosplit
func (v *Watch[T]) Set(value T) {
	saved := v.lock.Enter()
	v.value = value
	v.give(&v.lock, saved, 1, 0)
}

// Close ends all waits, and all later ones, with Closed. Any level; one section for each
// wait.
//
//go:nosplit
func (v *Watch[T]) Close() { v.close(&v.lock) }
