package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Each reader sees the latest, once, and none holds up who sets it.
func TestWatch(t *testing.T) {
	var v Watch[int]
	as := actors(t, 3)
	seen := make([]uint32, 3)
	out := make([]int, 3)
	next := func(i int) Result {
		return as[i].tries(func(cx *task.Context, w *Wait) Result { return v.Next(cx, w, &seen[i], &out[i]) })
	}
	want(t, "none yet", next(0), Pending)
	v.Set(1)
	want(t, "woken", as[0].woken(), true)
	want(t, "there", next(0), Ready)
	want(t, "known", next(0), Pending)
	want(t, "to another it is new, past who waits", next(1), Ready)
	want(t, "value", out[1], 1)
	want(t, "known", next(1), Pending)
	v.Set(2)
	v.Set(3)
	for i := range as {
		want(t, "woken", as[i].woken(), i < 2)
		want(t, "there", next(i), Ready)
		want(t, "latest", out[i], 3)
	}
	var again uint32
	want(t, "new", v.Load(&again, &out[0]), true)
	want(t, "not new", v.Load(&again, &out[0]), false)
	next(0)
	next(1)
	as[0].dies(t)
	as[1].cancel()
	v.Set(4)
	want(t, "gave up", as[1].woken(), false)
	want(t, "and misses nothing", next(1), Ready)
	next(1)
	v.Close()
	want(t, "closed", next(1), Closed)
	want(t, "the last first", next(2), Ready)
	want(t, "closed", next(2), Closed)
}

// How many values there were may go round.
func TestWatchWraps(t *testing.T) {
	var v Watch[int]
	v.free = 1<<31 - 2
	a := actors(t, 1)[0]
	seen, out := uint32(v.free), 0
	next := func(cx *task.Context, w *Wait) Result { return v.Next(cx, w, &seen, &out) }
	for i := range 4 {
		want(t, "known", a.tries(next), Pending)
		v.Set(i)
		want(t, "woken", a.woken(), true)
		want(t, "new", a.tries(next), Ready)
		want(t, "value", out, i)
	}
}

func TestOnceCell(t *testing.T) {
	var c OnceCell[string]
	as := actors(t, 3)
	var s string
	get := func(cx *task.Context, w *Wait) Result { return c.Get(cx, w, &s) }
	want(t, "tries", c.TryGet(&s), Busy)
	for _, a := range as {
		want(t, "waits", a.tries(get), Pending)
	}
	as[0].dies(t)
	want(t, "sets", c.Set("first"), true)
	want(t, "sets again", c.Set("second"), false)
	for _, a := range as[1:] {
		want(t, "woken", a.woken(), true)
		want(t, "gets", a.tries(get), Ready)
		want(t, "gets again", a.tries(get), Ready)
		want(t, "value", s, "first")
	}
	want(t, "tries", c.TryGet(&s), Ready)
}

// All wait for the last, in each round; who gives up has not come.
func TestBarrier(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t); a.do = func(*task.Context) {}; a.spawn(t); a.e.Tick() },
	} {
		var b Barrier
		b.Init(3)
		as := actors(t, 3)
		for range 3 {
			want(t, name+": first", as[0].tries(b.Wait), Pending)
			want(t, name+": second", as[1].tries(b.Wait), Pending)
			end(as[1])
			want(t, name+": third", as[2].tries(b.Wait), Pending)
			want(t, name+": second, again", as[1].tries(b.Wait), Ready)
			want(t, name+": woken", as[0].woken() && as[2].woken(), true)
			end(as[0]) // it has come, and was let go on
			want(t, name+": third", as[2].tries(b.Wait), Ready)
		}
	}
}

func TestFlags(t *testing.T) {
	var f Flags
	as := actors(t, 4)
	got := make([]uint32, 4)
	ops := []func(*task.Context, *Wait, uint32, *uint32) Result{f.WaitAny, f.WaitAll, f.TakeAny, f.TakeAll}
	poll := func(i int, mask uint32) Result {
		return as[i].tries(func(cx *task.Context, w *Wait) Result { return ops[i](cx, w, mask, &got[i]) })
	}
	for i := range as {
		want(t, "none", poll(i, 6), Pending)
	}
	f.Set(1)
	for i := range as {
		want(t, "not wanted", as[i].woken(), false)
	}
	f.Set(2)
	for i := range as {
		want(t, "woken", as[i].woken(), i == 0 || i == 2)
	}
	want(t, "any", poll(0, 6), Ready)
	want(t, "which", got[0], uint32(2))
	want(t, "takes any", poll(2, 6), Ready)
	want(t, "which", got[2], uint32(2))
	want(t, "left", f.Get(), uint32(1))
	f.Set(6)
	want(t, "all", poll(1, 6), Ready)
	want(t, "takes all", poll(3, 6), Ready)
	want(t, "which", got[3], uint32(6))
	want(t, "at once", poll(0, 1), Ready)
	f.Clear(1)
	want(t, "left", f.Get(), uint32(0))
}

// Who waits for the same is served in order, and what one takes and gives up is the next's.
func TestFlagsTakenOnce(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		var f Flags
		as := actors(t, 4)
		var got uint32
		take := func(mask uint32) func(*task.Context, *Wait) Result {
			return func(cx *task.Context, w *Wait) Result { return f.TakeAny(cx, w, mask, &got) }
		}
		as[0].tries(take(1))
		as[1].tries(take(2))
		as[2].tries(take(1))
		as[3].tries(take(1))
		f.Set(4)
		f.Set(1)
		want(t, name+": the first of them", as[0].woken(), true)
		want(t, name+": the other", as[1].woken(), false)
		want(t, name+": the second", as[2].woken(), false)
		end(as[0])
		want(t, name+": the second, then", as[2].woken(), true)
		want(t, name+": the third", as[3].woken(), false)
		want(t, name+": the second", as[2].tries(take(1)), Ready)
		end(as[3])
		f.Set(1)
		want(t, name+": left", f.Get(), uint32(5))
	}
}

// The tests of the map: who waits for a key has its value, and nobody else.
func TestMap(t *testing.T) {
	var m WaitMap[int]
	const n = 40
	as := actors(t, n)
	ws := make([]MapWait[int], n)
	var v int
	poll := func(i int, key uint64) (r Result) {
		as[i].in(func(cx *task.Context) { r = m.Wait(cx, &ws[i], key, &v) })
		return r
	}
	want(t, "not there yet", m.Wake(0, 100), Busy)
	for i := range n {
		want(t, "waits", poll(i, uint64(i)), Pending)
	}
	for i := n - 1; i >= 0; i-- {
		want(t, "woken by its key", m.Wake(uint64(i), 100+i), Ready)
		want(t, "only once", m.Wake(uint64(i), 200+i), Busy)
		want(t, "woken", as[i].woken(), true)
		want(t, "has it", poll(i, uint64(i)), Ready)
		want(t, "value", v, 100+i)
	}
	// Subscribed before it waits.
	as[0].in(func(cx *task.Context) { want(t, "subscribed", m.Subscribe(cx, &ws[0], 1), Pending) })
	want(t, "woken", m.Wake(1, 5), Ready)
	as[0].in(func(cx *task.Context) { want(t, "subscribed", m.Subscribe(cx, &ws[0], 1), Ready) })
	want(t, "has it", poll(0, 1), Ready)
}

func TestMapDuplicate(t *testing.T) {
	var m WaitMap[int]
	as := actors(t, 2)
	var ws [2]MapWait[int]
	var v int
	poll := func(i int, key uint64) (r Result) {
		as[i].in(func(cx *task.Context) { r = m.Wait(cx, &ws[i], key, &v) })
		return r
	}
	want(t, "first", poll(0, 0), Pending)
	want(t, "second", poll(1, 0), Busy)
	m.Wake(0, 100)
	want(t, "first", poll(0, 0), Ready)
	want(t, "second, now", poll(1, 0), Pending)
}

// A bucket takes so many and no more, and says so.
func TestMapBucketIsBounded(t *testing.T) {
	var m WaitMap[int]
	as := actors(t, mapBuckets*mapDepth)
	ws := make([]MapWait[int], len(as))
	var v int
	perBucket := map[*list.Head]int{}
	for i, a := range as {
		var r Result
		a.in(func(cx *task.Context) { r = m.Wait(cx, &ws[i], uint64(i), &v) })
		b := m.bucket(uint64(i))
		want(t, "room", r == Pending, perBucket[b] < mapDepth)
		perBucket[b]++
	}
	if len(perBucket) != mapBuckets {
		t.Errorf("consecutive keys are in %d buckets of %d", len(perBucket), mapBuckets)
	}
}

// All are refused; who was given a value before has it; who ends before it was given is not
// there, and a value that was given to who ends goes with it.
func TestMapCloseAndCancel(t *testing.T) {
	var m WaitMap[int]
	as := actors(t, 5)
	ws := make([]MapWait[int], 5)
	var v int
	poll := func(i int) (r Result) {
		as[i].in(func(cx *task.Context) { r = m.Wait(cx, &ws[i], uint64(i), &v) })
		return r
	}
	for i := range as {
		poll(i)
	}
	as[0].in(func(*task.Context) { ws[0].Cancel() })
	want(t, "cancelled", m.Wake(0, 1), Busy)
	as[1].dies(t)
	want(t, "ended", m.Wake(1, 1), Busy)
	want(t, "given", m.Wake(2, 7), Ready)
	want(t, "given", m.Wake(3, 8), Ready)
	as[3].dies(t)
	want(t, "gone with it", m.Wake(3, 8), Busy)
	m.Close()
	want(t, "woken", as[4].woken(), true)
	want(t, "refused", poll(4), Closed)
	want(t, "has it", poll(2), Ready)
	want(t, "value", v, 7)
	want(t, "then", poll(2), Closed)
	want(t, "to give", m.Wake(4, 1), Closed)
}

// The first of several wins; what another was granted meanwhile goes to the next.
func TestSelect(t *testing.T) {
	var q WaitQueue
	c := channel(1)
	as := actors(t, 2)
	var w [2]Wait
	var v int
	won := -1
	first := func(cx *task.Context) {
		switch {
		case c.Receive(cx, &w[0], &v) == Ready:
			won = 0
		case q.Wait(cx, &w[1]) == Ready:
			won = 1
		default:
			return
		}
		Select(w[:], won)
	}
	as[0].in(first)
	want(t, "none yet", won, -1)
	as[1].tries(q.Wait)
	q.Wake()
	c.TrySend(5)
	want(t, "the other task", as[1].woken(), false)
	as[0].in(first)
	want(t, "won", won, 0)
	want(t, "value", v, 5)
	want(t, "the wake went to the other task", as[1].woken(), true)
	want(t, "given up", w[0].Waiting() || w[1].Waiting(), false)
}

// All of several; each is taken once, though it is polled again and again.
func TestJoin(t *testing.T) {
	var s Semaphore
	c := channel(2)
	a := actors(t, 1)[0]
	var w [3]Wait
	var v int
	var j Join
	poll := func(cx *task.Context) {
		if j.Open(0) {
			j.Note(0, c.Receive(cx, &w[0], &v))
		}
		if j.Open(1) {
			j.Note(1, s.Acquire(cx, &w[1], 2))
		}
		if j.Open(31) {
			j.Note(31, s.Acquire(cx, &w[2], 1))
		}
	}
	a.in(poll)
	want(t, "none", j.All(2), false)
	c.TrySend(1)
	a.in(poll)
	c.TrySend(2)
	a.in(poll)
	want(t, "received once", c.Len(), 1)
	want(t, "one of two", j.All(2), false)
	s.Add(2)
	a.in(poll)
	want(t, "both", j.All(2), true)
	s.Close()
	a.in(poll)
	want(t, "closed", j.Result(31), Closed)
	want(t, "twice", refusedWith(func() { j.Note(0, Ready) }), "tasksync: this part of a join has ended already, or its index is not below JoinMost")
	want(t, "too many", refusedWith(func() { j.Note(32, Ready) }), "tasksync: this part of a join has ended already, or its index is not below JoinMost")
	a.in(func(*task.Context) { Cancel(w[:]) })
	want(t, "what it held is back", s.Free(), 2)
}
