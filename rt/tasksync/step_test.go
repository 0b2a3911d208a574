package tasksync

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/task"
)

// first is what a giver does that is ended after its first section.
func first(lock *critical.Section, q *waiters, give func()) {
	saved := lock.Enter()
	give()
	q.step()
	lock.Leave(saved)
}

// Whatever a giver was about when it was ended after its first section, those who wait go on,
// one after the other: each that was served serves the next when it ends, by a poll, a cancel,
// or with its task.
func TestGiverIsEnded(t *testing.T) {
	const n = 6
	var queue, closed WaitQueue
	var sem Semaphore
	var rw RwLock
	var watch Watch[int]
	var once OnceCell[int]
	var flags, last Flags
	var m WaitMap[int]
	c := channel(2)
	var seen [n]uint32
	var got [n]uint32
	var v [n]int
	var mw [n]MapWait[int]
	for _, x := range []struct {
		name string
		lock *critical.Section
		q    *waiters
		give func()
		wait func(cx *task.Context, i int, w *Wait) Result
		over int // how many waits end
	}{
		{"wake of all", &queue.lock, &queue.waiters, queue.anew,
			func(cx *task.Context, _ int, w *Wait) Result { return queue.Wait(cx, w) }, n},
		{"close", &closed.lock, &closed.waiters, closed.shut,
			func(cx *task.Context, _ int, w *Wait) Result { return closed.Wait(cx, w) }, n},
		{"permits", &sem.lock, &sem.waiters, func() { sem.free += n },
			func(cx *task.Context, _ int, w *Wait) Result { return sem.Acquire(cx, w, 1) }, n},
		{"readers", &rw.lock, &rw.waiters, func() { rw.free += maxReaders },
			func(cx *task.Context, _ int, w *Wait) Result { return rw.Read(cx, w) }, n},
		{"value that is watched", &watch.lock, &watch.waiters, func() { watch.free++ },
			func(cx *task.Context, i int, w *Wait) Result { return watch.Next(cx, w, &seen[i], &v[i]) }, n},
		{"value that is set once", &once.lock, &once.waiters, func() { once.free++ },
			func(cx *task.Context, i int, w *Wait) Result { return once.Get(cx, w, &v[i]) }, n},
		{"flags", &flags.lock, &flags.waiters, func() { flags.bits = 1; flags.anew() },
			func(cx *task.Context, i int, w *Wait) Result { return flags.WaitAny(cx, w, 1, &got[i]) }, n},
		{"flags for the last", &last.lock, &last.waiters, func() { last.bits = 2; last.anew() },
			func(cx *task.Context, i int, w *Wait) Result {
				return last.WaitAny(cx, w, uint32(1+i/(n-1)), &got[i])
			}, 1},
		{"close of a map", &m.lock, &m.waiters, m.shut,
			func(cx *task.Context, i int, w *Wait) Result { return m.Wait(cx, &mw[i], uint64(i), &v[i]) }, n},
		{"close of a channel", c.lock(), &c.putters, func() { c.putters.shut(); c.drained() },
			func(cx *task.Context, i int, w *Wait) Result { return c.Receive(cx, w, &v[i]) }, n},
	} {
		if x.name == "readers" {
			want(t, "taken", rw.TryWrite(), Ready)
		}
		as := actors(t, n)
		for i, a := range as {
			want(t, x.name, a.tries(func(cx *task.Context, w *Wait) Result { return x.wait(cx, i, w) }), Pending)
		}
		first(x.lock, x.q, x.give)
		over := 0
		for range n { // rounds, in which who was woken polls
			for i, a := range as {
				if a != nil && a.woken() {
					r := a.tries(func(cx *task.Context, w *Wait) Result { return x.wait(cx, i, w) })
					if r != Pending {
						over++
						as[i] = nil
					}
				}
			}
		}
		want(t, x.name, over, x.over)
	}
}

// One that was served gives its wait up, or its task ends, after the giver was ended: the next
// is served.
func TestServedOneGivesUp(t *testing.T) {
	for _, dies := range []bool{false, true} {
		var q WaitQueue
		as := actors(t, 3)
		for _, a := range as {
			a.tries(q.Wait)
		}
		first(&q.lock, &q.waiters, q.anew)
		for i, a := range as {
			want(t, "woken", a.woken(), true)
			if i == 0 && dies {
				a.dies(t)
			} else {
				a.cancel()
			}
		}
		want(t, "left", q.list.Empty() && q.old == 0 && q.listed == 0, true)
	}
}

// A wait, or a task, that something wrote over is found before anything has changed.
func TestOverwrittenWait(t *testing.T) {
	var q WaitQueue
	as := actors(t, 2)
	for _, a := range as {
		a.tries(q.Wait)
	}
	link := (*struct{ next, prev uintptr })(unsafe.Pointer(&as[0].w.link))
	kept := *link
	for _, wrong := range []list.Link{{}, as[1].w.link} {
		as[0].w.link = wrong
		want(t, "a wake", refusedWith(func() { q.Wake() }), any(overwritten))
		want(t, "state", as[0].w.state.Load(), waiting)
		q.free = 0
	}
	*link = kept
	want(t, "woken", q.Wake(), true)
	want(t, "over", as[0].tries(q.Wait), Ready)
}

// What is wrong with an operation is found before its section: the object can be used on.
func TestMisuseBeforeTheSection(t *testing.T) {
	var s Semaphore
	a := actors(t, 1)[0]
	var v any
	a.tries(func(cx *task.Context, w *Wait) Result {
		v = refusedWith(func() { s.Acquire(cx, w, 0) })
		return Pending
	})
	want(t, "0 permits", v != nil, true)
	s.Add(1) // does not wait for ever
	want(t, "free", s.Free(), 1)
}

// A watch is closed by who interrupts a Set, or after one that was ended: those that were not told
// of the value yet get it, and Closed only then.
func TestWatchClosedWithinSet(t *testing.T) {
	var v Watch[int]
	var seen [2]uint32
	var out [2]int
	var r [2]Result
	as := actors(t, 2)
	next := func(i int) {
		as[i].in(func(cx *task.Context) { r[i] = v.Next(cx, &as[i].w, &seen[i], &out[i]) })
	}
	next(0)
	next(1)
	first(&v.lock, &v.waiters, func() { v.value = 7; v.free++ })
	v.Close()
	for _, want := range []Result{Ready, Closed} {
		for i := range as {
			if next(i); r[i] != want || out[i] != 7 {
				t.Errorf("%d: %v, %d; want %v, 7", i, r[i], out[i], want)
			}
		}
	}
}

// Wake-ups whose givers were ended are not remembered beyond one.
func TestOneWakeUpIsKept(t *testing.T) {
	var q WaitQueue
	as := actors(t, 5)
	wait := func(i int) { as[i].in(func(cx *task.Context) { q.Wait(cx, &as[i].w) }) }
	for i := range 4 {
		wait(i)
	}
	first(&q.lock, &q.waiters, q.anew) // WakeAll
	wait(4)
	for range 3 {
		first(&q.lock, &q.waiters, func() { q.free++ }) // Wake
	}
	for i := range as {
		wait(i)
	}
	if q.free > 1 && q.list.Empty() {
		t.Errorf("%d wake-ups are kept, and nobody waits", q.free)
	}
}
