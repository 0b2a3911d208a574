package tasksync

import (
	"math"

	"github.com/tamagotake/tamagotake/rt/task"
)

// Semaphore is a number of permits that tasks acquire and release, first come first served:
// who wants few waits behind who wants many.
//
// Permits that were acquired are the wait's: they come back with [Semaphore.Release], or
// when the task ends, in whatever way. Permits that are used up instead, because each stands
// for something that came, are made so with [Semaphore.Forget]. The zero value has no
// permits.
type Semaphore struct {
	waiters
}

// MaxPermits is how many permits a semaphore can have.
const MaxPermits = math.MaxInt32

// Acquire waits for n permits, of which there are then so many fewer: Ready when w holds
// them, and as long as it does, Closed after [Semaphore.Close]. A wait that is given up has
// taken none; what it was granted and has not seen goes to the next. From a poll; both levels.
func (s *Semaphore) Acquire(cx *task.Context, w *Wait, n int) Result {
	if w.state.Load() != idle {
		return w.end(&s.waiters, cx, held)
	}
	a := permits(n)
	return s.begin(&s.lock, s.lock.Enter(), cx, w, a, held)
}

// permits is what a wait for n asks for.
//
//go:nosplit
func permits(n int) ask {
	if n < 1 || n > MaxPermits {
		misuse("tasksync: a number of permits must be from 1 to MaxPermits")
	}
	return ask{int32(n), int32(n), 0}
}

// Release gives back what w has acquired. From a poll of its task; both levels.
//
//go:nosplit
func (s *Semaphore) Release(w *Wait) { w.Cancel() }

// Forget keeps the permits that w has acquired: they do not come back by themselves. From a poll of
// its task; both levels.
func (s *Semaphore) Forget(w *Wait) {
	if w.state.Load() != held {
		misuse("tasksync: forgets permits that were not acquired")
	}
	w.state.StoreRelease(idle)
	w.open.Close()
}

// TryAcquire takes n permits without waiting, and before no task that waits: Busy if there are not so many or
// if a task waits, or Closed. They come back with [Semaphore.Add]. Any level.
//
//go:nosplit
func (s *Semaphore) TryAcquire(n int) Result {
	return s.try(&s.lock, permits(n))
}

// Add adds n permits, and wakes those who have waited for them. There must never be more than
// MaxPermits, those included that are held: Add sees only the others. Any level; one section for
// each.
//
//go:nosplit
func (s *Semaphore) Add(n int) {
	if n < 0 || n > MaxPermits {
		misuse("tasksync: a number of permits must be from 0 to MaxPermits")
	}
	saved := s.lock.Enter()
	if s.free > MaxPermits-int32(n) {
		s.lock.Leave(saved)
		misuse("tasksync: a semaphore cannot have more than MaxPermits")
	}
	s.give(&s.lock, saved, int32(n), 0)
}

// Free returns how many permits are free. Any level.
//
//go:nosplit
func (s *Semaphore) Free() int {
	saved := s.lock.Enter()
	n := s.free
	s.lock.Leave(saved)
	return int(n)
}

// Close ends all waits, and all later ones, with Closed. Permits that are held stay so, and
// come back. Any level; one section for each wait.
//
//go:nosplit
func (s *Semaphore) Close() { s.close(&s.lock) }

// IsClosed reports whether it was closed. Any level.
//
//go:nosplit
func (s *Semaphore) IsClosed() bool { return s.isClosed(&s.lock) }
