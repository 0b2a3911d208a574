package tasksync

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Mutex is held by one task at a time, and passed on in the order in which they asked. What
// it guards may be used by several polls of who holds it, and by other levels: a task that
// waits for it does not stop the processor.
//
// The wait is the guard: the mutex is the wait's until [Mutex.Unlock], or until the task
// ends, in whatever way; then it goes to the next, and what it guards is as that task has
// left it. A real-time task that needs it waits for a thread's task that has it, so what is
// done meanwhile should be short. The zero value is free.
type Mutex struct{ waiters }

// Lock waits for the mutex: Ready when w holds it, and as long as it does. A wait that is
// given up was not there; what it was granted and has not seen goes to the next. From a
// poll; both levels.
func (m *Mutex) Lock(cx *task.Context, w *Wait) Result {
	if w.state.Load() != idle {
		return w.end(&m.waiters, cx, held)
	}
	saved := m.lock.Enter()
	if m.free != 0 || !m.list.Empty() {
		return m.begin(&m.lock, saved, cx, w, oneLock, held)
	}
	// What begin does, without its calls: this is the usual case.
	w.of, w.ask = m.addr(), oneLock
	keep := w.open.OpenWithin((*raw.Context)(cx), undo, unsafe.Pointer(m))
	m.free = -1
	w.state.StoreRelease(held)
	m.lock.Leave(saved)
	if keep {
		w.open.Keep((*raw.Context)(cx), unsafe.Pointer(m))
	}
	return Ready
}

// The mutex has one permit at the start, so it can be granted with free at 0.
var oneLock = ask{1, 0, 0}

// Unlock gives the mutex back, to the next that waits. From a poll of the task that holds
// it; both levels.
func (m *Mutex) Unlock(w *Wait) {
	if w.state.Load() != held || w.of != m.addr() {
		misuse(notHeld)
	}
	saved := m.lock.Enter()
	w.state.StoreRelease(idle)
	if m.list.Empty() {
		m.free = 0
		m.lock.Leave(saved)
	} else {
		m.give(&m.lock, saved, 1, 0)
	}
	w.open.Close()
}

const notHeld = "tasksync: unlock of a lock that this Wait does not hold"

// TryLock takes the mutex if it is free and no task waits: Ready, or Busy. It then belongs
// to no Wait, and is given back with [Mutex.UnlockTried]. Any level.
//
//go:nosplit
func (m *Mutex) TryLock() Result { return m.try(&m.lock, oneLock) }

// UnlockTried gives back what [Mutex.TryLock] has taken. Any level.
//
//go:nosplit
func (m *Mutex) UnlockTried() { m.untry(1) }

// unlock gives back what a wait holds.
func (q *waiters) unlock(w *Wait) {
	if w.state.Load() != held || w.of != q.addr() {
		misuse(notHeld)
	}
	saved := q.lock.Enter()
	w.state.StoreRelease(idle)
	q.give(&q.lock, saved, w.need, 0)
	w.open.Close()
}

// untry gives back n permits that no wait holds.
//
//go:nosplit
func (q *waiters) untry(n int32) {
	saved := q.lock.Enter()
	if q.free+n > 0 {
		q.lock.Leave(saved)
		misuse("tasksync: release of permits that were not acquired")
	}
	q.give(&q.lock, saved, n, 0)
}
