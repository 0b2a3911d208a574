package sync

import (
	"unsafe"

	"tamagotake/internal/list"
	"tamagotake/rt/task"
)

// WaitMap gives values to those who wait for a key: of the requests that are under way, the
// one that an answer belongs to.
//
//	key --hash--> bucket 0   [wait 7] <-> [wait 23]
//	              bucket 1   ...
//
// There is one waiter for a key. Finding it takes a bounded time with interrupts masked, so
// a bucket holds a bounded number of them. The zero value is ready. For V see [Signal].
type WaitMap[V any] struct {
	buckets [mapBuckets]waiters
}

const (
	mapBuckets = 32
	mapDepth   = 4 // waits in a bucket
)

// MapWait is the storage for a wait for a key.
type MapWait[V any] struct {
	Wait  // first
	key   uint64
	value V
}

func (m *WaitMap[V]) bucket(key uint64) *waiters {
	return &m.buckets[key*0x9e3779b97f4a7c15>>59] // Fibonacci hashing: Knuth, TAOCP 3, 6.4
}

//go:nosplit
func mapWaitAt[V any](l *list.Link) *MapWait[V] { return (*MapWait[V])(unsafe.Pointer(waitAt(l))) }

// Wait waits for the value of a key: Ready, and it is in out; Closed after [WaitMap.Close];
// Busy if somebody else waits for the key, or too many for keys of its bucket. A value that
// a wait was given and has not seen when it is given up goes with it: it was meant for
// nobody else. From a poll; both levels.
func (m *WaitMap[V]) Wait(cx *task.Context, w *MapWait[V], key uint64, out *V) Result {
	r := m.Subscribe(cx, w, key)
	if r == Pending {
		return r
	}
	if w.state.Load() == idle { // closed, or busy, from the beginning
		return r
	}
	if r = w.end(m.bucket(w.key), cx, idle); r == Ready {
		*out = w.value
	}
	return r
}

// Subscribe begins a wait, so that no value from now on is missed, and leaves its end to
// [WaitMap.Wait]. From a poll; both levels.
func (m *WaitMap[V]) Subscribe(cx *task.Context, w *MapWait[V], key uint64) Result {
	q := m.bucket(key)
	if r, begun := w.begun(q, cx); begun {
		return r
	}
	saved := q.lock.Enter()
	n := 0
	for l := q.list.First(); l != nil; l = l.Next() {
		if n++; n == mapDepth || mapWaitAt[V](l).key == key {
			q.lock.Leave(saved)
			return Busy
		}
	}
	w.key = key
	return q.begin(&q.lock, saved, cx, &w.Wait, ask{0, 1, 0}, idle) // free is always 0
}

// Wake gives the value to who waits for the key: Ready; Busy if nobody does, or Closed. Any
// level.
//
//go:nosplit
func (m *WaitMap[V]) Wake(key uint64, value V) Result {
	q := m.bucket(key)
	saved := q.lock.Enter()
	r := Busy
	if q.closed {
		r = Closed
	}
	for l := q.list.First(); l != nil; l = l.Next() {
		w := mapWaitAt[V](l)
		if w.key != key {
			continue
		}
		w.value = value
		k := q.pop(&w.Wait, granted)
		q.lock.Leave(saved)
		k.Wake()
		return Ready
	}
	q.lock.Leave(saved)
	return r
}

// Close ends all waits, and all later ones, with Closed. Any level; one section for each
// wait.
//
//go:nosplit
func (m *WaitMap[V]) Close() {
	for i := range m.buckets {
		m.buckets[i].close(&m.buckets[i].lock)
	}
}
