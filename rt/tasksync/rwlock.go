package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// RwLock is held by many that read or by one that writes, in the order in which they asked:
// a reader does not pass a waiting writer, so writers are not starved.
//
// As with [Mutex], the wait is the guard, and comes back when the task ends. The zero value
// is free.
type RwLock struct{ waiters }

const maxReaders = 1 << 20

var (
	read  = ask{1, 1 - maxReaders, 0}
	write = ask{maxReaders, 0, 0}
)

// Read waits until no task writes, or has waited to write for longer: Ready when w holds the lock
// to read, and as long as it does. A wait that is given up was not there; what it was
// granted and has not seen goes to the next. From a poll; both levels.
func (l *RwLock) Read(cx *task.Context, w *Wait) Result {
	if w.state.Load() != idle {
		return w.end(&l.waiters, cx, held)
	}
	return l.begin(&l.lock, l.lock.Enter(), cx, w, read, held)
}

// Write waits until no task reads or writes: Ready when w holds the lock to write. Otherwise
// as [RwLock.Read].
func (l *RwLock) Write(cx *task.Context, w *Wait) Result {
	if w.state.Load() != idle {
		return w.end(&l.waiters, cx, held)
	}
	return l.begin(&l.lock, l.lock.Enter(), cx, w, write, held)
}

// Unlock gives back what w holds, to the next, or to all that wait to read before the next
// that waits to write. From a poll of the task that holds it; both levels.
func (l *RwLock) Unlock(w *Wait) { l.unlock(w) }

// TryRead takes the lock to read if no task writes and none waits: Ready, or Busy. It is
// given back with [RwLock.UnlockTriedRead]. Any level.
//
//go:nosplit
func (l *RwLock) TryRead() Result { return l.try(&l.lock, read) }

// TryWrite takes the lock to write if no task has it and none waits: Ready, or Busy. It is
// given back with [RwLock.UnlockTriedWrite]. Any level.
//
//go:nosplit
func (l *RwLock) TryWrite() Result { return l.try(&l.lock, write) }

// UnlockTriedRead gives back what [RwLock.TryRead] has taken. Any level.
//
//go:nosplit
func (l *RwLock) UnlockTriedRead() { l.untry(1) }

// UnlockTriedWrite gives back what [RwLock.TryWrite] has taken. Any level.
//
//go:nosplit
func (l *RwLock) UnlockTriedWrite() { l.untry(maxReaders) }
