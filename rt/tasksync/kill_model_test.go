//go:build explore

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What gives is a real-time poll that is killed at each of its steps, by its budget or by a
// fault. Those that wait are polled when they were woken, and nothing else: if something can be
// served in the end, and nobody serves it, a giver that was killed has lost it.

// stage is a model in which one thread acts and is killed.
type stage struct {
	*world
	waiting []*runner
	of      []*waiters // what they wait for
}

// on says what is waited for.
func (s *stage) on(of ...*waiters) { s.of = of }

// census: nothing can be served any more, and who has not ended is in a list.
func (s *stage) census() {
	listed := 0
	for _, q := range s.of {
		s.Assert(!q.pending(), "something can be served, and nobody serves it")
		listed += int(q.listed)
	}
	s.Assert(listed == len(s.waiting)-s.over(), "%d wait, and %d are in the list", len(s.waiting)-s.over(), listed)
}

// wait adds a task that waits from the beginning.
func (s *stage) wait(op func(cx *task.Context, w *Wait) Result) *runner {
	r := begun(s.waits(op, func(Result) {}))
	s.Assert(!r.over, "it does not wait")
	s.waiting = append(s.waiting, r)
	return r
}

// over says how many have ended.
func (s *stage) over() (n int) {
	for _, r := range s.waiting {
		if r.over {
			n++
		}
	}
	return n
}

// settle polls who was woken.
func (s *stage) settle() {
	for again := true; again; {
		again = false
		for _, r := range s.waiting {
			if !r.over && r.Woken.Peek() != 0 {
				r.Woken.Store(0)
				r.step()
				again = true
			}
		}
	}
}

// allOrNone is what one act does to all that wait.
func (s *stage) allOrNone(done bool) {
	n := s.over()
	s.Assert(n == 0 || n == len(s.waiting), "%d of %d were served: the others wait for ever", n, len(s.waiting))
	s.Assert(!done || n > 0, "it was done, and nobody was served")
}

// oneOrNone is what one act does to the first that can be served.
func (s *stage) oneOrNone(done bool, has int) {
	n := s.over()
	s.Assert(n <= 1, "%d were served", n)
	s.Assert(n+has == 1 || !done && n+has == 0, "served %d, and there are %d", n, has)
}

// killed explores every place in which act is killed. build sets up what waits and returns it,
// and what must hold in the end; done says that act came to its end.
func killed(t *testing.T, build func(s *stage) (act func(), check func(done bool))) {
	t.Helper()
	model(t, 0, func(m *world) {
		s := &stage{world: m}
		act, check := build(s)
		done := false
		m.Thread("giver", func() {
			m.Killable(explore.ByBudget|explore.ByFault, func() { act(); done = true })
			atom.Unmask(0)
		})
		m.Finally(func() {
			s.settle()
			s.census()
			check(done)
		})
	})
}

// killedPoll explores every place in which a poll of r is killed, whose task then ends.
func killedPoll(t *testing.T, build func(s *stage) (r *runner, check func(r *runner))) {
	t.Helper()
	model(t, 0, func(m *world) {
		s := &stage{world: m}
		r, check := build(s)
		m.Thread("task", func() {
			over := false
			if m.Killable(explore.ByBudget|explore.ByFault, func() { over = r.poll(r.cx) }) || over {
				r.end()
			}
			atom.Unmask(0)
		})
		m.Finally(func() {
			s.settle()
			s.census()
			check(r)
		})
	})
}

func TestModelKilledSemaphore(t *testing.T) {
	acquire := func(s *stage, x *Semaphore, n int) *runner {
		return s.wait(func(cx *task.Context, w *Wait) Result { return x.Acquire(cx, w, n) })
	}
	t.Run("add", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var x Semaphore
			s.on(&x.waiters)
			for _, n := range []int{1, 2, 1} {
				acquire(s, &x, n)
			}
			return func() { x.Add(4) }, func(done bool) {
				s.allOrNone(done)
				s.Assert(x.Free() == 0 || x.Free() == 4, "%d free, %d over", x.Free(), s.over())
			}
		})
	})
	t.Run("close", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var x Semaphore
			s.on(&x.waiters)
			for range 3 {
				acquire(s, &x, 1)
			}
			return x.Close, func(done bool) { s.allOrNone(done) }
		})
	})
	t.Run("poll", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			var x Semaphore
			s.on(&x.waiters)
			r := acquire(s, &x, 2)
			s.waiting = nil
			for range 2 {
				acquire(s, &x, 1)
			}
			x.Add(2)
			return r, func(*runner) {
				s.allOrNone(true)
				s.Assert(x.Free() == 2, "%d free", x.Free())
			}
		})
	})
	t.Run("cancel", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			var x Semaphore
			s.on(&x.waiters)
			x.Add(1)
			w := new(Wait)
			r := s.task(func(cx *task.Context) bool {
				if x.Acquire(cx, w, 1) == Ready && len(s.waiting) > 0 {
					x.Release(w)
				}
				return false
			})
			begun(r)
			for range 2 {
				acquire(s, &x, 1)
			}
			return r, func(*runner) {
				s.allOrNone(true)
				s.Assert(x.Free() == 1, "%d free", x.Free())
			}
		})
	})
}

func TestModelKilledQueue(t *testing.T) {
	acts := map[string]func(*WaitQueue){"wake": func(q *WaitQueue) { q.Wake() }, "all": func(q *WaitQueue) { q.WakeAll() }, "close": (*WaitQueue).Close}
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			killed(t, func(s *stage) (func(), func(bool)) {
				var q WaitQueue
				s.on(&q.waiters)
				for range 3 {
					s.wait(q.Wait)
				}
				return func() { act(&q) }, func(done bool) {
					if name == "wake" {
						s.oneOrNone(done, 0)
					} else {
						s.allOrNone(done)
					}
				}
			})
		})
	}
}

func TestModelKilledCell(t *testing.T) {
	for name, act := range map[string]func(*WaitCell){"wake": func(c *WaitCell) { c.Wake() }, "close": (*WaitCell).Close} {
		t.Run(name, func(t *testing.T) {
			killed(t, func(s *stage) (func(), func(bool)) {
				var c WaitCell
				s.on(&c.waiters)
				s.wait(c.Wait)
				return func() { act(&c) }, func(done bool) { s.allOrNone(done) }
			})
		})
	}
}

func TestModelKilledLocks(t *testing.T) {
	t.Run("mutex", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var l Mutex
			s.on(&l.waiters)
			l.TryLock()
			for range 3 {
				s.wait(l.Lock)
			}
			return l.UnlockTried, func(done bool) {
				s.allOrNone(done)
				s.Assert((l.TryLock() == Ready) == (s.over() > 0), "the mutex is held by nobody")
			}
		})
	})
	t.Run("mutex poll", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			var l Mutex
			s.on(&l.waiters)
			l.TryLock()
			r := s.wait(l.Lock)
			s.waiting = nil
			s.wait(l.Lock)
			l.UnlockTried()
			return r, func(*runner) {
				s.allOrNone(true)
				s.Assert(l.TryLock() == Ready, "the mutex is held by nobody")
			}
		})
	})
	t.Run("reader-writer", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var l RwLock
			s.on(&l.waiters)
			l.TryWrite()
			for _, op := range []func(*task.Context, *Wait) Result{l.Read, l.Read, l.Write, l.Read} {
				s.wait(op)
			}
			return l.UnlockTriedWrite, func(done bool) {
				s.allOrNone(done)
				s.Assert((l.TryWrite() == Ready) == (s.over() > 0), "the lock is held by nobody")
			}
		})
	})
}

func TestModelKilledChannel(t *testing.T) {
	takes := func(s *stage, c *Channel[int], got *[]int) *runner {
		return s.wait(func(cx *task.Context, w *Wait) Result {
			v := 0
			r := c.Receive(cx, w, &v)
			if r == Ready {
				*got = append(*got, v)
			}
			return r
		})
	}
	t.Run("send", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			c := channel(2)
			s.on(&c.takers, &c.putters)
			var got []int
			takes(s, c, &got)
			takes(s, c, &got)
			return func() { c.TrySend(7) }, func(done bool) { s.oneOrNone(done, c.len()) }
		})
	})
	t.Run("receive", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			c := channel(1)
			s.on(&c.takers, &c.putters)
			c.TrySend(1)
			for range 2 {
				s.wait(func(cx *task.Context, w *Wait) Result { return c.Send(cx, w, 2) })
			}
			v := 0
			return func() { c.TryReceive(&v) }, func(done bool) {
				s.oneOrNone(done, 0)
				s.Assert(c.len() == 1, "%d in it", c.len())
			}
		})
	})
	t.Run("close", func(t *testing.T) {
		for _, full := range []bool{false, true} {
			killed(t, func(s *stage) (func(), func(bool)) {
				c := channel(1)
				s.on(&c.takers, &c.putters)
				var got []int
				if full {
					c.TrySend(1)
				}
				for range 3 {
					if full {
						s.wait(func(cx *task.Context, w *Wait) Result { return c.Send(cx, w, 2) })
					} else {
						takes(s, c, &got)
					}
				}
				return c.Close, func(done bool) { s.allOrNone(done) }
			})
		}
	})
	// One that was granted a value is killed while it takes it: the value is its, or the next's.
	t.Run("receiver", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			c := channel(1)
			s.on(&c.takers, &c.putters)
			var got []int
			r := takes(s, c, &got)
			s.waiting = nil
			takes(s, c, &got)
			c.TrySend(7)
			return r, func(*runner) {
				s.Assert(c.len() == 0, "%d left in it", c.len())
				s.Assert(s.over() == 1 || len(got) == 1 || s.over() == 0, "taken %d times", len(got))
			}
		})
	})
	t.Run("sender", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			c := channel(1)
			s.on(&c.takers, &c.putters)
			c.TrySend(1)
			send := func(cx *task.Context, w *Wait) Result { return c.Send(cx, w, 2) }
			r := s.wait(send)
			s.waiting = nil
			s.wait(send)
			v := 0
			c.TryReceive(&v)
			return r, func(*runner) {
				s.Assert(c.len() == 1, "%d in it", c.len())
			}
		})
	})
}

func TestModelKilledPipe(t *testing.T) {
	killedPoll(t, func(s *stage) (*runner, func(*runner)) {
		var p Pipe
		p.Init(make([]byte, 2))
		s.on(&p.takers, &p.putters)
		var read []byte
		s.wait(func(cx *task.Context, w *Wait) Result {
			into := make([]byte, 2)
			n, r := p.Read(cx, w, into)
			read = append(read, into[:n]...)
			return r
		})
		w := new(Wait)
		wrote := 0
		r := s.task(func(cx *task.Context) bool {
			n, r := p.Write(cx, w, []byte{1, 2})
			wrote += n
			return r != Pending
		})
		return r, func(*runner) {
			s.Assert(wrote == 0 || len(read) > 0, "written %d, and read %d", wrote, len(read))
		}
	})
}

func TestModelKilledValues(t *testing.T) {
	t.Run("signal", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var x Signal[int]
			s.on(&x.waiters)
			v := 0
			for range 2 {
				s.wait(func(cx *task.Context, w *Wait) Result { return x.Wait(cx, w, &v) })
			}
			return func() { x.Set(1) }, func(done bool) {
				s.oneOrNone(done, 0)
				s.Assert(!x.full, "a value is there, and two wait")
			}
		})
	})
	t.Run("watch", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var x Watch[int]
			s.on(&x.waiters)
			for range 3 {
				seen, v := uint32(0), 0
				s.wait(func(cx *task.Context, w *Wait) Result { return x.Next(cx, w, &seen, &v) })
			}
			return func() { x.Set(1) }, func(done bool) { s.allOrNone(done) }
		})
	})
	t.Run("once", func(t *testing.T) {
		killed(t, func(s *stage) (func(), func(bool)) {
			var x OnceCell[int]
			s.on(&x.waiters)
			for range 3 {
				v := 0
				s.wait(func(cx *task.Context, w *Wait) Result { return x.Get(cx, w, &v) })
			}
			return func() { x.Set(1) }, func(done bool) {
				s.allOrNone(done)
				v := 0
				s.Assert((x.TryGet(&v) == Ready) == (s.over() > 0), "set, and nobody told")
			}
		})
	})
	t.Run("map", func(t *testing.T) {
		for _, close := range []bool{false, true} {
			killed(t, func(s *stage) (func(), func(bool)) {
				var x WaitMap[int]
				s.on(&x.waiters)
				for key := range uint64(2) {
					var v int
					w := new(MapWait[int])
					s.wait(func(cx *task.Context, _ *Wait) Result { return x.Wait(cx, w, key, &v) })
				}
				if close {
					return x.Close, func(done bool) { s.allOrNone(done) }
				}
				return func() { x.Wake(1, 5) }, func(done bool) { s.oneOrNone(done, 0) }
			})
		}
	})
	t.Run("barrier", func(t *testing.T) {
		killedPoll(t, func(s *stage) (*runner, func(*runner)) {
			var b Barrier
			s.on(&b.waiters)
			b.Init(3)
			s.wait(b.Wait)
			s.wait(b.Wait)
			r := s.waits(b.Wait, func(Result) {})
			return r, func(*runner) {
				s.allOrNone(false)
			}
		})
	})
}

// Flags are offered to more waits than a section looks at, of which the last wants them.
func TestModelKilledFlags(t *testing.T) {
	killed(t, func(s *stage) (func(), func(bool)) {
		var f Flags
		s.on(&f.waiters)
		var got uint32
		wants := func(which uint32) *runner {
			return s.wait(func(cx *task.Context, w *Wait) Result { return f.TakeAny(cx, w, which, &got) })
		}
		for range lookMost + 1 {
			wants(2)
		}
		wants(1)
		wants(1)
		return func() { f.Set(1) }, func(done bool) { s.oneOrNone(done, 0); s.Assert(f.Get() == 0, "it is set, and two wait for it") }
	})
}
