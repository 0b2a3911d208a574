package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

func acquire(s *Semaphore, n int) func(*task.Context, *Wait) Result {
	return func(cx *task.Context, w *Wait) Result { return s.Acquire(cx, w, n) }
}

func (a *actor) releases(s *Semaphore) { a.in(func(*task.Context) { s.Release(&a.w) }) }

func TestSemaphoreLimitsConcurrency(t *testing.T) {
	const limit = 4
	var s Semaphore
	s.Add(limit)
	as := actors(t, 2*limit)
	for i, a := range as {
		want(t, "acquires", a.tries(acquire(&s, 1)), map[bool]Result{true: Ready, false: Pending}[i < limit])
	}
	for i := range limit {
		as[i].releases(&s)
		want(t, "the next is woken", as[limit+i].woken(), true)
		want(t, "the next", as[limit+i].tries(acquire(&s, 1)), Ready)
		want(t, "free", s.Free(), 0)
	}
	for i := range limit {
		as[limit+i].releases(&s)
	}
	want(t, "free", s.Free(), limit)
}

// One waits for as many as four add one by one.
func TestSemaphoreCountdown(t *testing.T) {
	var s Semaphore
	a := actors(t, 1)[0]
	want(t, "waits", a.tries(acquire(&s, 4)), Pending)
	for i := range 4 {
		want(t, "woken", a.woken(), false)
		s.Add(1)
		want(t, "is it there", a.tries(acquire(&s, 4)), map[bool]Result{true: Ready, false: Pending}[i == 3])
	}
}

// Who wants few does not pass who wants many, not by trying either.
func TestSemaphoreIsFair(t *testing.T) {
	var s Semaphore
	s.Add(2)
	as := actors(t, 3)
	want(t, "many", as[0].tries(acquire(&s, 3)), Pending)
	want(t, "few", as[1].tries(acquire(&s, 1)), Pending)
	want(t, "tries", s.TryAcquire(1), Busy)
	as[0].cancel()
	want(t, "few, when many is gone", as[1].woken(), true)
	want(t, "few", as[1].tries(acquire(&s, 1)), Ready)
	want(t, "tries", s.TryAcquire(1), Ready)
	want(t, "tries", s.TryAcquire(1), Busy)
}

// One release of many permits wakes all who want few.
func TestSemaphoreWakesSeveral(t *testing.T) {
	var s Semaphore
	as := actors(t, 3)
	for _, a := range as {
		a.tries(acquire(&s, 2))
	}
	s.Add(5)
	for i, a := range as {
		want(t, "woken", a.woken(), i < 2)
	}
	want(t, "free", s.Free(), 1)
}

// What a task has acquired, or was granted and has not seen, comes back when it ends; what
// it has made nobody's does not.
func TestSemaphoreComesBack(t *testing.T) {
	var s Semaphore
	s.Add(2)
	as := actors(t, 3)
	as[0].tries(acquire(&s, 2))
	as[1].tries(acquire(&s, 2))
	as[2].tries(acquire(&s, 2))
	as[0].dies(t)
	want(t, "the second is woken", as[1].woken(), true)
	as[1].dies(t) // granted, not seen
	want(t, "the third is woken", as[2].woken(), true)
	want(t, "the third", as[2].tries(acquire(&s, 2)), Ready)
	want(t, "it holds them", as[2].tries(acquire(&s, 2)), Ready)
	as[2].in(func(*task.Context) { s.Forget(&as[2].w) })
	as[2].dies(t)
	want(t, "free", s.Free(), 0)
}

func TestSemaphoreClose(t *testing.T) {
	var s Semaphore
	s.Add(1)
	as := actors(t, 3)
	as[0].tries(acquire(&s, 1))
	as[1].tries(acquire(&s, 1))
	s.Close()
	want(t, "who waits is woken", as[1].woken(), true)
	want(t, "who waits", as[1].tries(acquire(&s, 1)), Closed)
	want(t, "who comes", as[2].tries(acquire(&s, 1)), Closed)
	want(t, "who tries", s.TryAcquire(1), Closed)
	want(t, "who holds", as[0].tries(acquire(&s, 1)), Ready)
	as[0].releases(&s)
	want(t, "free", s.Free(), 1)
	want(t, "closed", s.IsClosed(), true)
}
