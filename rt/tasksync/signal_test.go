package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

// The latest value, once.
func TestSignalLatest(t *testing.T) {
	var s Signal[int]
	a := actors(t, 1)[0]
	var v int
	wait := func(cx *task.Context, w *Wait) Result { return s.Wait(cx, w, &v) }
	want(t, "nothing", s.Try(&v), Busy)
	s.Set(1)
	s.Set(2)
	want(t, "there", a.tries(wait), Ready)
	want(t, "value", v, 2)
	want(t, "again", a.tries(wait), Pending)
	s.Set(3)
	s.Set(4)
	want(t, "woken", a.woken(), true)
	want(t, "there", a.tries(wait), Ready)
	want(t, "value", v, 4)
	want(t, "once", s.Try(&v), Busy)
}

// Each value is taken once, by the first that waits; who gives up leaves it to the next.
func TestSignalCancel(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		var s Signal[int]
		as := actors(t, 3)
		var v int
		wait := func(cx *task.Context, w *Wait) Result { return s.Wait(cx, w, &v) }
		for _, a := range as {
			a.tries(wait)
		}
		s.Set(1)
		s.Set(2) // in its place
		want(t, name+": the second", as[1].woken(), false)
		end(as[0])
		want(t, name+": the second is woken", as[1].woken(), true)
		want(t, name+": the second", as[1].tries(wait), Ready)
		want(t, name+": value", v, 2)
		want(t, name+": the third", as[2].woken(), false)
		s.Set(5)
		want(t, name+": the third is woken", as[2].woken(), true)
		end(as[2])
		want(t, name+": it stays", s.Try(&v), Ready)
		want(t, name+": value", v, 5)
	}
}
