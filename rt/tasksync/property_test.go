package tasksync

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/rt/task"
)

// What one of the tasks of a property test waits for: what the model says of it.
type waitingFor struct {
	active, granted, held bool
	n                     int
}

// fairModel is a semaphore in a few lines: a number and a list.
type fairModel struct {
	free  int
	queue []int
	tasks [5]waitingFor
}

func (m *fairModel) settle() {
	for len(m.queue) > 0 && m.tasks[m.queue[0]].n <= m.free {
		w := &m.tasks[m.queue[0]]
		m.free -= w.n
		w.granted = true
		m.queue = m.queue[1:]
	}
}

// poll says what a poll of task i that asks for n must say.
func (m *fairModel) poll(i, n int) Result {
	w := &m.tasks[i]
	if !w.active {
		*w = waitingFor{active: true, n: n}
		m.queue = append(m.queue, i)
		m.settle()
	}
	if !w.granted {
		return Pending
	}
	w.held = true
	return Ready
}

// end gives up, or back, whatever task i has.
func (m *fairModel) end(i int) {
	w := &m.tasks[i]
	if w.granted {
		m.free += w.n
	} else if w.active {
		m.queue = slices.Delete(m.queue, slices.Index(m.queue, i), slices.Index(m.queue, i)+1)
	}
	*w = waitingFor{}
	m.settle()
}

func (m *fairModel) total() int {
	n := m.free
	for _, w := range m.tasks {
		if w.granted {
			n += w.n
		}
	}
	return n
}

// fair runs a lock or a semaphore against the model: order, and permits that are neither
// lost nor made, whoever gives up or dies at whatever point.
func fair(t *rapid.T, permits int, amounts []int, acquire func(cx *task.Context, w *Wait, n int) Result, try func(n int) Result, back func(n int), free func() int) {
	as := actors(t, 5)
	model := fairModel{free: permits}
	tried := []int{}
	which := rapid.IntRange(0, len(as)-1)
	amount := rapid.SampledFrom(amounts)
	t.Repeat(map[string]func(*rapid.T){
		"poll": func(t *rapid.T) {
			i, n := which.Draw(t, "task"), amount.Draw(t, "n")
			if w := model.tasks[i]; w.active {
				n = w.n
			}
			got := as[i].tries(func(cx *task.Context, w *Wait) Result { return acquire(cx, w, n) })
			if want := model.poll(i, n); got != want {
				t.Fatalf("task %d: %v, not %v", i, got, want)
			}
		},
		"give up, or back": func(t *rapid.T) {
			i := which.Draw(t, "task")
			as[i].cancel()
			model.end(i)
		},
		"die": func(t *rapid.T) {
			i := which.Draw(t, "task")
			as[i].dies(t)
			as[i].do = func(*task.Context) {}
			as[i].spawn(t)
			as[i].e.Tick()
			model.end(i)
		},
		"try": func(t *rapid.T) {
			n := amount.Draw(t, "n")
			want := Busy
			if len(model.queue) == 0 && n <= model.free {
				want = Ready
				model.free -= n
				tried = append(tried, n)
			}
			if got := try(n); got != want {
				t.Fatalf("%v, not %v", got, want)
			}
		},
		"give back what was tried": func(t *rapid.T) {
			if len(tried) == 0 {
				t.Skip()
			}
			back(tried[0])
			model.free += tried[0]
			tried = tried[1:]
			model.settle()
		},
		"": func(t *rapid.T) {
			if free() != model.free {
				t.Fatalf("%d free, not %d", free(), model.free)
			}
			n := model.total()
			for _, k := range tried {
				n += k
			}
			if n != permits {
				t.Fatalf("the model has %d permits of %d", n, permits)
			}
		},
	})
}

func TestSemaphoreAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		permits := rapid.IntRange(0, 6).Draw(t, "permits")
		var s Semaphore
		s.Add(permits)
		fair(t, permits, []int{1, 2, 4}, s.Acquire, s.TryAcquire, s.Add, s.Free)
	})
}

func TestMutexAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m Mutex
		fair(t, 1, []int{1}, func(cx *task.Context, w *Wait, _ int) Result { return m.Lock(cx, w) },
			func(int) Result { return m.TryLock() }, func(int) { m.UnlockTried() },
			func() int { return int(m.free) + 1 })
	})
}

func TestRwLockAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l RwLock
		fair(t, maxReaders, []int{1, maxReaders}, func(cx *task.Context, w *Wait, n int) Result {
			if n == maxReaders {
				return l.Write(cx, w)
			}
			return l.Read(cx, w)
		}, func(n int) Result {
			if n == maxReaders {
				return l.TryWrite()
			}
			return l.TryRead()
		}, func(n int) {
			if n == maxReaders {
				l.UnlockTriedWrite()
			} else {
				l.UnlockTriedRead()
			}
		}, func() int { return int(l.free) + maxReaders })
	})
}

// A channel against a slice: what is sent comes out once, in order, whoever gives up.
func TestChannelAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.IntRange(1, 4).Draw(t, "places")
		c := channel(places)
		as := actors(t, 6) // the even ones send
		which := rapid.IntRange(0, len(as)-1)
		var model []int
		sent := 0
		got := func(t *rapid.T, v int) {
			if len(model) == 0 || v != model[0] {
				t.Fatalf("%d came, not of %v", v, model)
			}
			model = model[1:]
		}
		poll := func(t *rapid.T, i int) {
			if i%2 == 0 {
				if as[i].tries(send(c, sent)) == Ready {
					model = append(model, sent)
					sent++
				}
				return
			}
			v := -1
			if as[i].tries(receive(c, &v)) == Ready {
				got(t, v)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"poll":    func(t *rapid.T) { poll(t, which.Draw(t, "task")) },
			"give up": func(t *rapid.T) { as[which.Draw(t, "task")].cancel() },
			"try to send": func(t *rapid.T) {
				if c.TrySend(sent) == Ready {
					model = append(model, sent)
					sent++
				}
			},
			"try to receive": func(t *rapid.T) {
				v := -1
				if c.TryReceive(&v) == Ready {
					got(t, v)
				}
			},
			"": func(t *rapid.T) {
				if c.Len() != len(model) || len(model) > places {
					t.Fatalf("%d in it, not %d", c.Len(), len(model))
				}
			},
		})
		// Nobody is left waiting for what is there: everybody that is woken, and no other,
		// is polled until nothing happens any more, and then there is none left to take, or
		// nobody who takes.
		for range 3 * len(as) {
			for i, a := range as {
				if a.woken() {
					poll(t, i)
				}
			}
		}
		takers, putters := 0, 0
		for i, a := range as {
			if a.w.Waiting() {
				if i%2 == 0 {
					putters++
				} else {
					takers++
				}
			}
		}
		if takers > 0 && len(model) > 0 || putters > 0 && len(model) < places {
			t.Fatalf("%d wait to receive and %d to send, with %d of %d places used", takers, putters, len(model), places)
		}
	})
}

// A pipe against a slice.
func TestPipeAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 150).Draw(t, "size")
		var p Pipe
		p.Init(make([]byte, size))
		as := actors(t, 4) // the even ones write
		which := rapid.IntRange(0, len(as)-1)
		length := rapid.IntRange(0, 200)
		var model []byte
		next := byte(0)
		write := func(f func(b []byte) (int, Result), n int) {
			b := make([]byte, n)
			for i := range b {
				b[i] = next + byte(i)
			}
			k, r := f(b)
			if (r == Ready) != (k > 0 || n == 0) {
				t.Fatalf("wrote %d of %d bytes, and says %v", k, n, r)
			}
			model = append(model, b[:k]...)
			next += byte(k)
		}
		read := func(f func(b []byte) (int, Result), n int) {
			b := make([]byte, n)
			k, r := f(b)
			if (r == Ready) != (k > 0 || n == 0) {
				t.Fatalf("read %d of %d bytes, and says %v", k, n, r)
			}
			if k > len(model) || string(b[:k]) != string(model[:k]) {
				t.Fatalf("other bytes: % x, not % x", b[:k], model)
			}
			model = model[k:]
		}
		t.Repeat(map[string]func(*rapid.T){
			"poll": func(t *rapid.T) {
				i, n := which.Draw(t, "task"), length.Draw(t, "n")
				a := as[i]
				a.in(func(cx *task.Context) {
					if i%2 == 0 {
						write(func(b []byte) (int, Result) { return p.Write(cx, &a.w, b) }, n)
					} else {
						read(func(b []byte) (int, Result) { return p.Read(cx, &a.w, b) }, n)
					}
				})
			},
			"give up":      func(t *rapid.T) { as[which.Draw(t, "task")].cancel() },
			"try to write": func(t *rapid.T) { write(p.TryWrite, length.Draw(t, "n")) },
			"try to read":  func(t *rapid.T) { read(p.TryRead, length.Draw(t, "n")) },
			"": func(t *rapid.T) {
				if p.Len() != len(model) || len(model) > size {
					t.Fatalf("%d bytes in it, not %d", p.Len(), len(model))
				}
			},
		})
	})
}
