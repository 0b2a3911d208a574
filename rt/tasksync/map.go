package tasksync

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/task"
)

// WaitMap gives values to those who wait for a key: of the requests that are under way, the
// one that an answer belongs to.
//
//	waiters     [wait 7] <-> [wait 23] <-> [wait 4]      all of them, to be closed
//	key --hash--> bucket 0   [wait 7] <-> [wait 23]
//	              bucket 1   ...
//
// There is one waiter for a key. Finding it takes a bounded time with interrupts masked, so
// a bucket holds a bounded number of them. The zero value is ready. For V see [Signal].
//
// One section guards all buckets. Rejected: one for each, since a close could then be ended
// between two of them, and some keys would be closed and others not.
type WaitMap[V any] struct {
	waiters
	buckets [mapBuckets]list.Head
}

const (
	mapBuckets = 32
	mapDepth   = 4 // waits in a bucket
)

// MapWait is the storage for a wait for a key.
type MapWait[V any] struct {
	mapLink // first
	key     uint64
	value   V
}

// mapLink is a wait and its place in a bucket.
type mapLink struct {
	Wait   // first
	chain  list.Link
	bucket uintptr // *list.Head
}

//go:nosplit
func mapLinkAt(w *Wait) *mapLink { return (*mapLink)(unsafe.Pointer(w)) }

//go:nosplit
func (k *mapLink) head() *list.Head { return *(**list.Head)(unsafe.Pointer(&k.bucket)) }

//go:nosplit
func (k *mapLink) add() { k.head().PushBack(&k.chain) }

//go:nosplit
func (k *mapLink) remove() (ok bool) { return k.head().Remove(&k.chain) }

func (m *WaitMap[V]) bucket(key uint64) *list.Head {
	return &m.buckets[key*0x9e3779b97f4a7c15>>59] // Fibonacci hashing: Knuth, TAOCP 3, 6.4
}

//go:nosplit
func mapWaitAt[V any](l *list.Link) *MapWait[V] {
	return (*MapWait[V])(unsafe.Add(unsafe.Pointer(l), -int(unsafe.Offsetof(mapLink{}.chain))))
}

// Wait waits for the value of a key: Ready, and it is in out; Closed after [WaitMap.Close];
// Busy if another task waits for the key, or too many for keys of its bucket. A value that
// a wait was given and has not seen when it is given up goes with it: it was meant for
// no other task. From a poll; both levels.
func (m *WaitMap[V]) Wait(cx *task.Context, w *MapWait[V], key uint64, out *V) Result {
	r := m.Subscribe(cx, w, key)
	if r == Pending {
		return r
	}
	if w.state.Load() == idle { // closed, or busy, from the beginning
		return r
	}
	if r == Ready {
		*out = w.value // first: it may fault
	}
	return w.end(&m.waiters, cx, idle)
}

// Subscribe begins a wait, so that no value from now on is missed, and leaves its end to
// [WaitMap.Wait]. From a poll; both levels.
func (m *WaitMap[V]) Subscribe(cx *task.Context, w *MapWait[V], key uint64) Result {
	if r, begun := w.begun(&m.waiters, cx); begun {
		return r
	}
	b := m.bucket(key)
	saved := m.lock.Enter()
	n := 0
	for l := b.First(); l != nil; l = l.Next() {
		if n++; n == mapDepth || mapWaitAt[V](l).key == key {
			m.lock.Leave(saved)
			return Busy
		}
	}
	if !b.SoundEnd() {
		m.lock.Leave(saved)
		misuse(overwritten)
	}
	w.key, w.bucket = key, uintptr(unsafe.Pointer(b))
	return m.begin(&m.lock, saved, cx, &w.Wait, ask{0, 1, keyed}, idle) // free is always 0
}

// Wake gives the value to the task that waits for the key: Ready; Busy if none does, or Closed. Any
// level.
//
//go:nosplit
func (m *WaitMap[V]) Wake(key uint64, value V) Result {
	b := m.bucket(key)
	saved := m.lock.Enter()
	r := Busy
	if m.closed {
		r = Closed
	}
	for l := b.First(); l != nil && r == Busy; l = l.Next() {
		w := mapWaitAt[V](l)
		if w.key != key {
			continue
		}
		w.value = value
		did := m.off(&w.Wait, granted, 0)
		m.lock.Leave(saved)
		did.after()
		return Ready
	}
	m.lock.Leave(saved)
	return r
}

// Close ends all waits, and all later ones, with Closed. Any level; one section for each
// wait.
//
//go:nosplit
func (m *WaitMap[V]) Close() { m.close(&m.lock) }
