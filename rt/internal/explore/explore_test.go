//go:build explore

package explore

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// The explorer against programs whose behaviour is known.

func TestFindsALostUpdate(t *testing.T) {
	r := Explore(Config{}, func(m *Model) {
		var x atom.Uint32
		for range 2 {
			m.Thread("adder", func() { x.Store(x.Load() + 1) })
		}
		m.Finally(func() { m.Assert(x.Peek() == 2, "x is %d", x.Peek()) })
	})
	if r.Failure != "x is 1" {
		t.Fatalf("%+v", r)
	}
	again := Replay(Config{}, r.Trace, func(m *Model) {
		var x atom.Uint32
		for range 2 {
			m.Thread("adder", func() { x.Store(x.Load() + 1) })
		}
		m.Finally(func() { m.Assert(x.Peek() == 2, "x is %d", x.Peek()) })
	})
	if again.Failure != r.Failure || again.Trace != r.Trace {
		t.Fatalf("replayed: %+v", again)
	}
}

func TestPassesAtomicAdds(t *testing.T) {
	Check(t, Config{}, func(m *Model) {
		var x atom.Uint32
		for range 3 {
			m.Thread("adder", func() { x.Add(1); x.Add(1) })
		}
		m.Finally(func() { m.Assert(x.Peek() == 6, "x is %d", x.Peek()) })
	})
}

// Store buffering: two processors each write their word and read the other's. With
// fences one of them sees the other; with release stores both can miss.
func dekker(release bool) func(m *Model) {
	return func(m *Model) {
		var x, y atom.Uint32
		var sawY, sawX uint32
		set := func(v *atom.Uint32) {
			if release {
				v.StoreRelease(1)
			} else {
				v.Store(1)
			}
		}
		m.Thread("a", func() { set(&x); sawY = y.Load() })
		m.Thread("b", func() { set(&y); sawX = x.Load() })
		m.Finally(func() { m.Assert(sawX+sawY > 0, "both missed") })
	}
}

func TestStoreBuffers(t *testing.T) {
	if r := Explore(Config{}, dekker(false)); r.Failure != "" {
		t.Errorf("fenced: %+v", r)
	}
	if r := Explore(Config{}, dekker(true)); r.Failure != "both missed" {
		t.Errorf("released: %+v", r)
	}
}

// Message passing needs no more than release stores.
func TestReleaseKeepsOrder(t *testing.T) {
	Check(t, Config{}, func(m *Model) {
		var data, ready atom.Uint32
		m.Thread("writer", func() { data.StoreRelease(1); ready.StoreRelease(1) })
		m.Thread("reader", func() {
			if ready.Load() == 1 {
				m.Assert(data.Load() == 1, "ready before data")
			}
		})
	})
}

func TestFindsADeadlock(t *testing.T) {
	r := Explore(Config{}, func(m *Model) {
		var a, b atom.Uint32
		lock := func(x *atom.Uint32) {
			for !x.CompareAndSwap(0, 1) {
				atom.Await(func() bool { return x.Peek() == 0 })
			}
		}
		m.Thread("ab", func() { lock(&a); lock(&b); b.Store(0); a.Store(0) })
		m.Thread("ba", func() { lock(&b); lock(&a); a.Store(0); b.Store(0) })
	})
	if !strings.HasPrefix(r.Failure, "deadlock") {
		t.Fatalf("%+v", r)
	}
}

// A thread that spins for another is no livelock; an interrupt that spins for the thread
// below it is.
func TestFindsALivelock(t *testing.T) {
	spinner := func(interrupt bool) func(m *Model) {
		return func(m *Model) {
			var lock atom.Uint32
			spin := func() {
				for !lock.CompareAndSwap(0, 1) {
					atom.Relax()
				}
				lock.Store(0)
			}
			c := m.Thread("thread", spin)
			if interrupt {
				m.Interrupt(c, "interrupt", spin)
			} else {
				m.Thread("other", spin)
			}
		}
	}
	if r := Explore(Config{}, spinner(false)); r.Failure != "" {
		t.Errorf("two processors: %+v", r)
	}
	if r := Explore(Config{}, spinner(true)); !strings.HasPrefix(r.Failure, "livelock") {
		t.Errorf("interrupt: %+v", r)
	}
}

// An interrupt runs in one piece as its thread sees it, at every step of that thread.
func TestInterruptsAreInOnePiece(t *testing.T) {
	places := map[uint32]bool{}
	Check(t, Config{}, func(m *Model) {
		var x, progress atom.Uint32
		c := m.Thread("thread", func() {
			for range 5 {
				a, b := x.Load(), x.Load()
				m.Assert(a == b || b == 2, "half an interrupt")
				progress.Add(1)
			}
		})
		m.Interrupt(c, "interrupt", func() {
			places[progress.Load()] = true
			x.Store(1)
			x.Store(2)
		})
	})
	if len(places) != 6 {
		t.Errorf("the interrupt came at %d of 6 places", len(places))
	}
}

// The reduction loses nothing: with it and without it, the ends that a program can come
// to are the same. Two preemptions are enough for all ends of this one.
func TestReductionLosesNothing(t *testing.T) {
	ends := func(c Config) (map[[4]uint32]bool, Result) {
		found := map[[4]uint32]bool{}
		r := Explore(c, func(m *Model) {
			var x, y, z atom.Uint32
			var saw [4]uint32
			m.Thread("a", func() { x.StoreRelease(1); saw[0] = y.Load(); z.Add(1) })
			m.Thread("b", func() { y.StoreRelease(1); saw[1] = x.Load(); saw[2] = z.Load() })
			m.Thread("c", func() { saw[3] = z.Swap(5) })
			m.Finally(func() { found[saw] = true })
		})
		return found, r
	}
	reduced, r := ends(Config{})
	whole, w := ends(Config{Preemptions: 100})
	t.Logf("%d schedules and %d redundant against %d", r.Schedules, r.Redundant, w.Schedules)
	if len(reduced) != len(whole) {
		t.Errorf("%d ends with the reduction, %d without", len(reduced), len(whole))
	}
	if r.Schedules*4 > w.Schedules {
		t.Errorf("the reduction saves too little")
	}
}

func TestBadTrace(t *testing.T) {
	if r := Replay(Config{}, "0,x", func(*Model) {}); !strings.HasPrefix(r.Failure, "not a trace") {
		t.Errorf("%+v", r)
	}
	if r := Replay(Config{}, "7", func(m *Model) { m.Thread("a", func() {}) }); !strings.HasPrefix(r.Failure, "the trace does not fit") {
		t.Errorf("%+v", r)
	}
}

// Critical sections exclude each other on several processors, and keep the interrupts of
// their own from beginning inside; without one both get in.
func TestCriticalSections(t *testing.T) {
	sections := func(enter bool) func(m *Model) {
		return func(m *Model) {
			var lock, step atom.Uint32
			inside := false
			work := func() {
				var saved uintptr
				if enter {
					saved = lock.Acquire()
				}
				m.Assert(!inside, "two inside")
				inside = true
				step.Store(1)
				step.Store(2)
				inside = false
				if enter {
					lock.Release(saved)
				}
			}
			c := m.Thread("a", work)
			m.Thread("b", work)
			m.Interrupt(c, "interrupt", work)
		}
	}
	Check(t, Config{}, sections(true))
	if r := Explore(Config{}, sections(false)); r.Failure != "two inside" {
		t.Errorf("%+v", r)
	}
}
