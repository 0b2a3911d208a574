package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// Signal is the latest value: who sets it never waits and replaces one that was not taken;
// each value is taken by one task at most. The zero value has none. T without pointers is
// usable at real-time level: a pointer store is a write barrier, and boot/verify refuses it.
// A value is copied with interrupts masked, so it should be a few words.
type Signal[T any] struct {
	waiters
	full  bool // a value is there, though it may be granted to a wait
	value T
}

// Wait takes the value into out when there is one: Ready. First come first served. A wait
// that is given up leaves the value to the next. From a poll; both levels.
func (s *Signal[T]) Wait(cx *task.Context, w *Wait, out *T) Result {
	if w.state.Load() != idle {
		if r := w.poll(&s.waiters, cx); r != Ready {
			return r
		}
		saved := s.lock.Enter()
		s.take(out)
		s.leave(&s.lock, saved, w, idle)
		return Ready
	}
	saved := s.lock.Enter()
	if s.can(oneWake) == Ready {
		s.take(out)
		s.free = 0
		s.lock.Leave(saved)
		return Ready
	}
	return s.begin(&s.lock, saved, cx, w, oneWake, idle)
}

// take copies the value, which is granted to the caller. In the section, and before anything
// else of it, since out may fault.
//
//go:nosplit
func (s *Signal[T]) take(out *T) {
	*out = s.value
	s.full = false
}

// Try takes the value if there is one that no task waits for: Ready, or Busy. Any level.
//
//go:nosplit
func (s *Signal[T]) Try(out *T) Result {
	saved := s.lock.Enter()
	r := s.can(oneWake)
	if r == Ready {
		s.take(out)
		s.free = 0
	}
	s.lock.Leave(saved)
	return r
}

// Set stores the value and wakes the first that waits for one. Any level.
//
//go:nosplit
func (s *Signal[T]) Set(v T) {
	saved := s.lock.Enter()
	s.value = v
	n := int32(1)
	if s.full {
		n = 0 // in place of one that is there, or is granted already
	}
	s.full = true
	s.give(&s.lock, saved, n, once)
}
