//go:build explore

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Permits, locks, rings and values in every order of their steps.

// holds makes a task that acquires, looks that at most limit are inside, and gives back, so
// many times.
func (m *world) holds(inside *int, limit, times int, acquire func(cx *task.Context, w *Wait) Result) *runner {
	w := new(Wait)
	var step atom.Uint32
	return m.task(func(cx *task.Context) bool {
		for ; times > 0; times-- {
			switch acquire(cx, w) {
			case Pending:
				return false
			case Closed:
				return true
			}
			*inside++
			m.Assert(*inside <= limit, "%d inside", *inside)
			step.Store(1)
			*inside--
			w.Cancel()
		}
		return true
	})
}

func acquireOne(s *Semaphore) func(*task.Context, *Wait) Result {
	return func(cx *task.Context, w *Wait) Result { return s.Acquire(cx, w, 1) }
}

// Three tasks and two permits.
func TestModelSemaphoreLimits(t *testing.T) {
	model(t, 2, func(m *world) {
		var s Semaphore
		s.Add(2)
		inside := 0
		for range 3 {
			m.runs("task", m.holds(&inside, 2, 1, acquireOne(&s)))
		}
		m.Finally(func() { m.Assert(s.Free() == 2, "%d free", s.Free()) })
	})
}

// Two tasks and one permit, which comes back when it is held and the task ends.
func TestModelSemaphoreReleaseAtEnd(t *testing.T) {
	model(t, 0, func(m *world) {
		var s Semaphore
		s.Add(1)
		for range 2 {
			m.runs("task", m.waits(acquireOne(&s), m.expects(Ready)))
		}
		m.Finally(func() { m.Assert(s.Free() == 1, "%d free", s.Free()) })
	})
}

// A close while two acquire twice each, and by those who acquire.
func TestModelSemaphoreClose(t *testing.T) {
	model(t, 2, func(m *world) {
		var s Semaphore
		s.Add(1)
		inside := 0
		for range 2 {
			m.runs("task", m.holds(&inside, 1, 2, acquireOne(&s)))
		}
		m.Thread("closer", func() { s.Close() })
		m.Finally(func() { m.Assert(s.Free() == 1, "%d free", s.Free()) })
	})
	model(t, 2, func(m *world) {
		var s Semaphore
		s.Add(1)
		for range 3 {
			var w Wait
			m.runs("task", m.task(func(cx *task.Context) bool {
				switch s.Acquire(cx, &w, 1) {
				case Pending:
					return false
				case Ready:
					s.Release(&w)
					s.Close()
				}
				return true
			}))
		}
		m.Finally(func() { m.Assert(s.Free() == 1, "%d free", s.Free()) })
	})
}

// Waits that are given up at once, whether they were granted or not, against permits that
// are added: none is lost.
func TestModelSemaphoreGiveUp(t *testing.T) {
	model(t, 3, func(m *world) {
		var s Semaphore
		for range 2 {
			var w [2]Wait
			m.runs("task", m.task(func(cx *task.Context) bool {
				s.Acquire(cx, &w[0], 1)
				s.Acquire(cx, &w[1], 1)
				w[0].Cancel()
				w[1].Cancel()
				return true
			}))
		}
		m.Thread("adder", func() { s.Add(3) })
		m.Finally(func() { m.Assert(s.Free() == 3, "%d free", s.Free()) })
	})
}

// Permits come back while another waits for some of them; also on top of it.
func TestModelSemaphoreAddAgainstAcquire(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var s Semaphore
		s.Add(4)
		m.Assert(s.TryAcquire(3) == Ready, "not acquired")
		core := m.runs("task", m.waits(func(cx *task.Context, w *Wait) Result { return s.Acquire(cx, w, 2) }, func(r Result) {
			m.Assert(r == Ready && s.Free() == 2, "result %d, %d free", r, s.Free())
		}))
		m.wakeBy(interrupt, core, func() { s.Add(3) })
		m.Finally(func() { m.Assert(s.Free() == 4, "%d free", s.Free()) })
	})
}

// One that wants many is cancelled, granted or not, while permits come: who wants few behind
// it has one in the end, and none is lost.
func TestModelSemaphoreCancelTheFirst(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var s Semaphore
		a := begun(m.waits(func(cx *task.Context, w *Wait) Result { return s.Acquire(cx, w, 2) }, m.expects(Ready)))
		b := begun(m.waits(acquireOne(&s), m.expects(Ready)))
		core := m.runs("many", a)
		m.runs("few", b)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.wakeBy(interrupt, core, func() { s.Add(2) })
		m.Finally(func() { m.Assert(s.Free() == 2, "%d free", s.Free()) })
	})
}

// Two count up under the mutex; an interrupt that tries gets it or not.
func TestModelMutex(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var l Mutex
		inside := 0
		core := m.runs("task", m.holds(&inside, 1, 1, l.Lock))
		m.runs("task", m.holds(&inside, 1, 1, l.Lock))
		m.wakeBy(interrupt, core, func() {
			if l.TryLock() == Ready {
				m.Assert(inside == 0, "the mutex was held")
				l.UnlockTried()
			}
		})
		m.Finally(func() { m.Assert(l.TryLock() == Ready, "the mutex is held in the end") })
	})
}

// The first that waits is cancelled, granted or not, while the mutex is given back.
func TestModelMutexCancelAgainstUnlock(t *testing.T) {
	model(t, 0, func(m *world) {
		var l Mutex
		l.TryLock()
		a := begun(m.waits(l.Lock, m.expects(Ready)))
		b := begun(m.waits(l.Lock, m.expects(Ready)))
		m.runs("first", a)
		m.runs("second", b)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.Thread("holder", func() { l.UnlockTried() })
		m.Finally(func() { m.Assert(l.TryLock() == Ready, "the mutex is held in the end") })
	})
}

// Writers exclude each other and readers.
func TestModelRwLock(t *testing.T) {
	for name, readers := range map[string]int{"write": 0, "read and write": 1} {
		t.Run(name, func(t *testing.T) {
			model(t, 3, func(m *world) {
				var l RwLock
				writing, written := false, 0
				var step atom.Uint32
				for range 2 {
					m.runs("writer", m.waits(l.Write, func(Result) {
						m.Assert(!writing, "two write")
						writing = true
						step.Store(1)
						writing = false
						written++
					}))
				}
				for range readers {
					m.runs("reader", m.waits(l.Read, func(Result) {
						m.Assert(!writing, "read while written")
						before := written
						step.Load()
						m.Assert(written == before, "written while read")
					}))
				}
				m.Finally(func() { m.Assert(written == 2 && l.TryWrite() == Ready, "written %d times", written) })
			})
		})
	}
}

// A writer that waits behind a reader is cancelled: the reader behind it goes on.
func TestModelRwLockWriterGivesUp(t *testing.T) {
	model(t, 0, func(m *world) {
		var l RwLock
		l.TryRead()
		writer := begun(m.waits(l.Write, m.expects(Ready)))
		m.runs("writer", writer)
		m.runs("reader", begun(m.waits(l.Read, m.expects(Ready))))
		m.Thread("canceller", func() { writer.gone.Store(1) })
	})
}

// A key's value against a wait for it, and against a close.
func TestModelMapWakeOne(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var wm WaitMap[int]
		var w MapWait[int]
		v, got, given := 0, Pending, Pending
		core := m.runs("waiter", m.task(func(cx *task.Context) bool {
			got = wm.Wait(cx, &w, 123, &v)
			return got != Pending
		}))
		m.wakeBy(interrupt, core, func() {
			given = wm.Wake(123, 666)
			wm.Close()
		})
		m.Finally(func() {
			m.Assert(given != Ready || got == Ready && v == 666, "given, and got %d %d", got, v)
			m.Assert(given == Ready || got == Closed, "not given, and got %d", got)
		})
	})
}

// Two keys, one after the other, and a close.
func TestModelMapWakeTwo(t *testing.T) {
	model(t, 0, func(m *world) {
		var wm WaitMap[int]
		var w [2]MapWait[int]
		var v [2]int
		var j Join
		m.runs("waiter", m.task(func(cx *task.Context) bool {
			for i, key := range []uint64{123, 456} {
				if j.Open(i) {
					j.Note(i, wm.Wait(cx, &w[i], key, &v[i]))
				}
			}
			return j.All(2)
		}))
		m.Thread("waker", func() {
			wm.Wake(123, 321)
			wm.Wake(456, 654)
			wm.Close()
		})
		m.Finally(func() {
			for i, want := range []int{321, 654} {
				m.Assert(j.Result(i) == Closed || v[i] == want, "got %d", v[i])
			}
		})
	})
}

// A close against two that wait, of which one may have begun.
func TestModelMapClose(t *testing.T) {
	model(t, 1, func(m *world) {
		var wm WaitMap[int]
		for i := range 2 {
			var w MapWait[int]
			var v int
			r := m.waits(func(cx *task.Context, _ *Wait) Result { return wm.Wait(cx, &w, uint64(i), &v) }, m.expects(Closed))
			if i == 0 {
				begun(r)
			}
			m.runs("waiter", r)
		}
		m.Thread("closer", func() { wm.Close() })
	})
}

// A wait that is given up at once against the value for it.
func TestModelMapGiveUp(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var wm WaitMap[int]
		var w MapWait[int]
		var v int
		core := m.runs("waiter", m.task(func(cx *task.Context) bool {
			wm.Wait(cx, &w, 1, &v)
			w.Cancel()
			return true
		}))
		m.wakeBy(interrupt, core, func() { wm.Wake(1, 5) })
		m.Finally(func() { m.Assert(wm.Wake(1, 5) == Busy, "somebody still waits") })
	})
}

// receives makes a task that takes so many values and notes them.
func (m *world) receives(c *Channel[int], got *[]int, n int) *runner {
	w := new(Wait)
	return m.task(func(cx *task.Context) bool {
		for ; n > 0; n-- {
			v := 0
			switch c.Receive(cx, w, &v) {
			case Pending:
				return false
			case Closed:
				return true
			}
			*got = append(*got, v)
		}
		return true
	})
}

// Two values through one place, in order.
func TestModelChannelOrder(t *testing.T) {
	model(t, 0, func(m *world) {
		c := channel(1)
		var got []int
		var w Wait
		v := 1
		m.runs("sender", m.task(func(cx *task.Context) bool {
			for ; v <= 2; v++ {
				if c.Send(cx, &w, v) == Pending {
					return false
				}
			}
			return true
		}))
		m.runs("receiver", m.receives(c, &got, 2))
		m.Finally(func() { m.Assert(len(got) == 2 && got[0] == 1 && got[1] == 2, "came: %v", got) })
	})
}

// A value that was granted to one that is cancelled is the other's.
func TestModelChannelCancelAgainstSend(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		c := channel(1)
		var got []int
		a, b := begun(m.receives(c, &got, 1)), begun(m.receives(c, &got, 1))
		core := m.runs("first", a)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.wakeBy(interrupt, core, func() { c.TrySend(7) })
		m.Finally(func() {
			b.step()
			m.Assert(len(got) == 1 && got[0] == 7, "came: %v", got)
		})
	})
}

// A sender that was granted a place is cancelled: the other has it.
func TestModelChannelCancelTheSender(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		c := channel(1)
		c.TrySend(0)
		var ws [2]Wait
		var rs [2]*runner
		for i := range rs {
			rs[i] = begun(m.task(func(cx *task.Context) bool { return c.Send(cx, &ws[i], 1+i) != Pending }))
		}
		core := m.runs("first", rs[0])
		m.Thread("canceller", func() { rs[0].gone.Store(1) })
		m.wakeBy(interrupt, core, func() {
			v := -1
			m.Assert(c.TryReceive(&v) == Ready && v == 0, "received %d", v)
		})
		m.Finally(func() {
			rs[1].step()
			v := -1
			m.Assert(c.TryReceive(&v) == Ready && v > 0, "nobody has put anything into the place: %d", v)
		})
	})
}

// A close against a send and one that receives: what was sent is received, and it ends.
func TestModelChannelClose(t *testing.T) {
	model(t, 0, func(m *world) {
		c := channel(1)
		var got []int
		sent := Pending
		m.runs("receiver", m.receives(c, &got, 2))
		m.Thread("sender", func() { sent = c.TrySend(5) })
		m.Thread("closer", func() { c.Close() })
		m.Finally(func() {
			m.Assert((sent == Ready) == (len(got) == 1), "sent %d, received %v", sent, got)
		})
	})
}

// Bytes through a pipe that is shorter than they are.
func TestModelPipe(t *testing.T) {
	model(t, 3, func(m *world) {
		var p Pipe
		p.Init(make([]byte, 2))
		out, in := []byte{1, 2, 3}, make([]byte, 0, 3)
		var w, other Wait
		m.runs("writer", m.task(func(cx *task.Context) bool {
			for len(out) > 0 {
				n, r := p.Write(cx, &w, out)
				if r == Pending {
					return false
				}
				out = out[n:]
			}
			return true
		}))
		m.runs("reader", m.task(func(cx *task.Context) bool {
			for len(in) < 3 {
				n, r := p.Read(cx, &other, in[len(in):3])
				if r == Pending {
					return false
				}
				in = in[:len(in)+n]
			}
			return true
		}))
		m.Finally(func() { m.Assert(string(in) == "\x01\x02\x03", "read % x", in) })
	})
}

// Two values at once, and one that takes one and is cancelled when it was granted it.
func TestModelSignal(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var s Signal[int]
		var v [2]int
		wait := func(i int) *runner {
			return begun(m.waits(func(cx *task.Context, w *Wait) Result { return s.Wait(cx, w, &v[i]) }, m.expects(Ready)))
		}
		a, b := wait(0), wait(1)
		core := m.runs("first", a)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.wakeBy(interrupt, core, func() { s.Set(1); s.Set(2) })
		m.Finally(func() {
			b.step()
			m.Assert(v[0] == 2 || v[1] == 2, "the latest was taken by nobody: %v", v)
			m.Assert(v[0] != v[1], "taken twice: %v", v)
		})
	})
}

// A reader of a watch never misses the latest.
func TestModelWatch(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var v Watch[int]
		var seen uint32
		got := 0
		var w Wait
		core := m.runs("reader", m.task(func(cx *task.Context) bool {
			for got != 2 {
				if v.Next(cx, &w, &seen, &got) == Pending {
					return false
				}
			}
			return true
		}))
		m.wakeBy(interrupt, core, func() { v.Set(1); v.Set(2) })
	})
}

// Two set a once cell, and two wait: one value.
func TestModelOnceCell(t *testing.T) {
	model(t, 0, func(m *world) {
		var c OnceCell[int]
		var v [2]int
		for i := range v {
			m.runs("reader", m.waits(func(cx *task.Context, w *Wait) Result { return c.Get(cx, w, &v[i]) }, m.expects(Ready)))
		}
		set := 0
		m.Thread("setter", func() {
			for i := range 2 {
				if c.Set(i + 1) {
					set++
				}
			}
		})
		m.Finally(func() { m.Assert(set == 1 && v == [2]int{1, 1}, "set %d times, %v", set, v) })
	})
}

// Two parties meet twice, whoever is faster.
func TestModelBarrier(t *testing.T) {
	model(t, 0, func(m *world) {
		var b Barrier
		b.Init(2)
		var round [2]int
		for i := range round {
			var w Wait
			m.runs("party", m.task(func(cx *task.Context) bool {
				for round[i] < 2 {
					if b.Wait(cx, &w) == Pending {
						return false
					}
					round[i]++
					m.Assert(round[1-i] >= round[i]-1, "one is two rounds ahead")
				}
				return true
			}))
		}
	})
}

// The second of three is cancelled while the last one comes: it has come, or the last one
// waits for another.
func TestModelBarrierCancel(t *testing.T) {
	model(t, 0, func(m *world) {
		var b Barrier
		b.Init(3)
		first, second := begun(m.waits(b.Wait, m.expects(Ready))), begun(m.waits(b.Wait, m.expects(Ready)))
		last := m.waits(b.Wait, m.expects(Ready))
		m.runs("second", second)
		m.Thread("canceller", func() { second.gone.Store(1) })
		m.Thread("last", func() { last.step() })
		m.Finally(func() {
			if !last.over {
				m.Assert(b.free == 2, "%d have come", b.free)
				begun(m.waits(b.Wait, m.expects(Ready)))
			}
			m.Assert(b.free == 3, "all went on, and %d have come", b.free)
			m.Assert(first.step() && last.step(), "somebody waits though all have come")
		})
	})
}

// The first of two is cancelled, and then the second comes: it waits.
func TestModelBarrierCancelBefore(t *testing.T) {
	model(t, 0, func(m *world) {
		var b Barrier
		b.Init(2)
		var w Wait
		first := begun(m.task(func(cx *task.Context) bool { return b.Wait(cx, &w) == Ready }))
		second := m.waits(b.Wait, m.expects(Ready))
		m.runs("first", first)
		m.Thread("second", func() {
			first.gone.Store(1)
			atom.Await(func() bool { return w.state.Peek() == idle && !w.open.IsOpen() })
			m.Assert(!second.step(), "alone, and let go on")
		})
	})
}

// Flags that two set, one of them on top of who waits for both.
func TestModelFlagsAll(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var f Flags
		var got uint32
		core := m.runs("waiter", m.waits(func(cx *task.Context, w *Wait) Result { return f.TakeAll(cx, w, 3, &got) }, m.expects(Ready)))
		m.Thread("one", func() { f.Set(1) })
		m.wakeBy(interrupt, core, func() { f.Set(2) })
		m.Finally(func() { m.Assert(got == 3 && f.Get() == 0, "got %d, left %d", got, f.Get()) })
	})
}

// A flag that was granted to one that is cancelled is the other's.
func TestModelFlagsCancelAgainstSet(t *testing.T) {
	onAndOff(t, 0, func(m *world, interrupt bool) {
		var f Flags
		taken := 0
		take := func() *runner {
			got := new(uint32)
			return begun(m.waits(func(cx *task.Context, w *Wait) Result { return f.TakeAny(cx, w, 1, got) }, func(Result) { taken++ }))
		}
		a, b := take(), take()
		core := m.runs("first", a)
		m.Thread("canceller", func() { a.gone.Store(1) })
		m.wakeBy(interrupt, core, func() { f.Set(1) })
		m.Finally(func() {
			b.step()
			m.Assert(taken == 1 && f.Get() == 0, "taken %d times, left %d", taken, f.Get())
		})
	})
}
