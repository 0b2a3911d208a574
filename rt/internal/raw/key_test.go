package raw

import "testing"

// A handle of an earlier life is stale for ever: also when the generation of the state word,
// which has 24 bits, has come round to the same once, and again.
func TestHandlesAfterTheGenerationWraps(t *testing.T) {
	var q RunQueue
	var tk Task[int]
	spawn := func() JoinHandle[int] {
		t.Helper()
		j, err := tk.Spawn(&q, nil, pending)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	// end has the executor finish what it is given next.
	end := func() {
		t.Helper()
		c, _ := q.Consume()
		n, _ := c.TryDequeue()
		c.Release()
		if n == nil {
			t.Fatal("nothing on the queue")
		}
		Of(n).Start()
		Of(n).Finish(Output)
	}
	old := spawn()
	w := old.Waker()
	end()
	if old.Poll(Waker{}) != Ready {
		t.Fatal("not over")
	}
	if _, _, err := old.Take(); err != nil {
		t.Fatal(err)
	}
	generation := tk.state.Load() &^ flags
	for wraps := 1; wraps <= 3; wraps++ {
		SkipNumbers(1<<24 - 1)
		j := spawn()
		tk.output = 42
		if tk.state.Load()&^flags != generation || j.ID() != old.ID()+uint64(wraps)<<24 {
			t.Fatalf("task %d has generation %#x, that of task %d was %#x", j.ID(), tk.state.Load()&^flags, old.ID(), generation)
		}
		if j.Waker() == w || w.ID() != old.ID() {
			t.Errorf("the wakers of tasks %d and %d are equal", j.ID(), w.ID())
		}
		tk.Start()
		tk.End() // idle
		c, _ := q.Consume()
		c.TryDequeue()
		c.Release()
		before := tk.state.Load()
		stale := Stale()
		w.Wake()
		w.WakeMasked()
		if w.Cancel() || old.Waker().Cancel() {
			t.Error("a stale handle cancels")
		}
		if Stale() != stale+4 {
			t.Errorf("%d uses of stale handles were counted, of 4", Stale()-stale)
		}
		if w.Idle() || !j.Waker().Idle() {
			t.Errorf("idle: by the stale waker %v, by the waker %v", w.Idle(), j.Waker().Idle())
		}
		if !w.Done() || !old.Waker().Done() || j.Waker().Done() {
			t.Error("a stale handle says that its task is not over, or another that it is")
		}
		old.Detach()
		if out, _, err := old.Take(); out != 0 || err != ErrStale || old.Poll(Waker{}) != Ready {
			t.Errorf("a stale handle joins: %d, %v", out, err)
		}
		if now := tk.state.Load(); now != before || !q.Empty() {
			t.Errorf("the state was %#x, is %#x", before, now)
		}
		j.Waker().Wake()
		end()
		if out, r, err := j.Take(); out != 42 || err != nil || r != (Result{}) {
			t.Errorf("the handle joins: %d, %v, %v", out, r, err)
		}
	}
}

// The number of a task is the same in all its handles, beyond 32 bits too.
func TestNumbers(t *testing.T) {
	var q RunQueue
	var tk Task[none]
	SkipNumbers(1 << 33)
	j, err := tk.Spawn(&q, nil, pending)
	if err != nil {
		t.Fatal(err)
	}
	w := j.Waker()
	cx := Context{w.header}
	if n := j.ID(); n < 1<<33 || w.ID() != n || cx.ID() != n || cx.Waker() != w || WakerAt(w.header) != w || first(&q) != n {
		t.Errorf("the handle says %d, the waker %d, the context %d, the list %d", n, w.ID(), cx.ID(), first(&q))
	}
	if n := (Waker{}).ID(); n != 0 {
		t.Errorf("the zero waker is of task %d", n)
	}
}

// first returns the number of the newest task of a run queue.
func first(q *RunQueue) uint64 {
	for i := range All(q) {
		return i.ID
	}
	return 0
}
