//go:build explore

package explore

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// places runs a model in every order and returns the values that note was given, sorted.
func places(t *testing.T, model func(m *Model, note func(string))) []string {
	t.Helper()
	found := map[string]bool{}
	r := Explore(Config{}, func(m *Model) { model(m, func(s string) { found[s] = true }) })
	if r.Failure != "" {
		t.Fatalf("%s\n%s", r.Failure, r.Log)
	}
	return slices.Sorted(maps.Keys(found))
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}

// A body is killed at each of its steps, and at none in a masked section; what comes after
// it runs; and one run has none at all.
func TestKills(t *testing.T) {
	kills := func(kills Kills, masked bool) []string {
		return places(t, func(m *Model, note func(string)) {
			var x, y, after atom.Uint32
			m.Thread("thread", func() {
				killed := m.Killable(kills, func() {
					var saved uintptr
					if masked {
						saved = atom.Mask()
					}
					x.Load()
					x.Store(1)
					y.Load()
					y.Store(1)
					if masked {
						atom.Unmask(saved)
					}
				})
				after.Store(1)
				atom.Unmask(0)
				note(fmt.Sprint(killed, x.Peek(), y.Peek()))
			})
			m.Finally(func() { m.Assert(after.Peek() == 1, "what came after was killed as well") })
		})
	}
	expect(t, kills(0, false), "false 1 1")
	expect(t, kills(ByBudget, false), "false 1 1", "true 0 0", "true 1 0", "true 1 1")
	expect(t, kills(ByBudget, true), "false 1 1", "true 0 0", "true 1 1")
	expect(t, kills(ByFault, true), "false 1 1", "true 0 0", "true 1 1") // no fault in the middle
}

// A fault in a critical section strikes at its beginning and gives the lock back; the budget
// does not strike there.
func TestKillInASection(t *testing.T) {
	ends := func(kills Kills) Result {
		r := Explore(Config{}, func(m *Model) {
			var lock, x atom.Uint32
			section := func(in func()) {
				saved := lock.Acquire()
				in()
				lock.Release(saved)
			}
			m.Thread("killed", func() {
				step := 0
				killed := m.Killable(kills, func() {
					section(func() {
						step = 1
						x.Load()
						x.Store(1)
						step = 2
						x.Store(2)
						step = 3
					})
				})
				m.Assert(!killed || step == 0 || step == 3, "killed in the middle of a section")
				section(func() {})
				atom.Unmask(0)
			})
			m.Thread("other", func() { section(func() { x.Load() }) })
		})
		if r.Failure != "" {
			t.Errorf("%s\n%s", r.Failure, r.Log)
		}
		return r
	}
	if budget, fault := ends(ByBudget), ends(ByFault); fault.Schedules <= budget.Schedules {
		t.Errorf("%d schedules with faults, %d without: none in the section", fault.Schedules, budget.Schedules)
	}
}

// One kill is in a run, of one thread or the other, and each of both.
func TestOneKill(t *testing.T) {
	got := places(t, func(m *Model, note func(string)) {
		var killed [2]bool
		for i := range killed {
			m.Thread("thread", func() {
				var x atom.Uint32
				killed[i] = m.Killable(ByBudget, func() { x.Store(1) })
				atom.Unmask(0)
			})
		}
		m.Finally(func() { note(fmt.Sprint(killed[0], killed[1])) })
	})
	expect(t, got, "false false", "false true", "true false")
}

// A kill leaves what others do as it is: with the reduction and without it the ends are the
// same. Three preemptions are enough for all ends of this one.
func TestReductionWithKillsLosesNothing(t *testing.T) {
	ends := func(c Config) (map[[6]uint32]bool, Result) {
		found := map[[6]uint32]bool{}
		r := Explore(c, func(m *Model) {
			var x, y, lock atom.Uint32
			var saw [6]uint32
			a := m.Thread("a", func() {
				if m.Killable(ByBudget|ByFault, func() {
					x.StoreRelease(1)
					saw[0] = y.Load()
					saved := lock.Acquire()
					saw[5] = x.Load()
					y.Add(2)
					lock.Release(saved)
				}) {
					saw[1] = 1 + y.Load()
				}
				atom.Unmask(0)
			})
			m.Thread("b", func() { saved := lock.Acquire(); y.Add(1); saw[2] = x.Load(); lock.Release(saved) })
			m.Interrupt(a, "interrupt", func() { saw[3] = y.Swap(5) })
			m.Finally(func() { saw[4] = y.Peek(); found[saw] = true })
		})
		return found, r
	}
	reduced, r := ends(Config{})
	whole, w := ends(Config{Preemptions: 3})
	t.Logf("%d schedules and %d redundant against %d; %d ends", r.Schedules, r.Redundant, w.Schedules, len(whole))
	if !maps.Equal(reduced, whole) {
		t.Errorf("%d ends with the reduction, %d without", len(reduced), len(whole))
	}
}

// No interrupt begins in a masked section; sections nest, and the outer one's end is the end.
func TestMasks(t *testing.T) {
	got := places(t, func(m *Model, note func(string)) {
		var x atom.Uint32
		progress := 0
		c := m.Thread("thread", func() {
			progress = 1
			outer := atom.Mask()
			progress = 2
			x.Load()
			inner := atom.Mask()
			x.Load()
			atom.Unmask(inner)
			x.Load()
			progress = 3
			atom.Unmask(outer)
			progress = 4
			x.Load()
			progress = 5
		})
		m.Interrupt(c, "interrupt", func() { note(fmt.Sprint(progress)) })
	})
	expect(t, got, "0", "1", "3", "4", "5")
	r := Explore(Config{}, func(m *Model) { m.Thread("thread", func() { atom.Mask() }) })
	if r.Failure != "processor 0 is left with interrupts masked" {
		t.Errorf("%+v", r)
	}
}

// An interrupt begins on top of another where that one has unmasked; an NMI everywhere but on
// itself.
func TestNesting(t *testing.T) {
	got := places(t, func(m *Model, note func(string)) {
		var x atom.Uint32
		var at []string
		step := func(place string) {
			at = append(at, place)
			x.Load()
			note(strings.Join(at, ">"))
			x.Load()
			at = at[:len(at)-1]
		}
		c := m.Thread("thread", func() { step("thread") })
		m.Interrupt(c, "outer", func() {
			step("entry")
			m.Killable(0, func() { step("poll") })
		})
		m.Interrupt(c, "inner", func() { step("inner") })
		m.NMI(c, "nmi", func() { step("nmi") })
	})
	for _, want := range []string{"thread>poll>inner>nmi", "thread>entry>nmi", "thread>inner>nmi", "thread>poll>nmi"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s was not found", want)
		}
	}
	for _, never := range []string{"entry>inner", "inner>entry", "inner>poll", "nmi>nmi", "nmi>inner"} {
		for _, place := range got {
			if strings.Contains(place, never) {
				t.Errorf("found %s", place)
			}
		}
	}
}

// A line that was raised comes, once for any number of raises before it, and again for one
// after; raised where interrupts are masked it comes when they are no longer.
func TestLines(t *testing.T) {
	got := places(t, func(m *Model, note func(string)) {
		var came atom.Uint32
		var l *Line
		c := m.Thread("thread", func() {
			saved := atom.Mask()
			l.Raise()
			l.Raise()
			m.Assert(came.Load() == 0, "in a masked section")
			atom.Unmask(saved)
			l.Raise()
		})
		l = m.Line(c, "line", func() { came.Add(1) })
		m.Finally(func() { note(fmt.Sprint(came.Peek())) })
	})
	expect(t, got, "1", "2")
	r := Explore(Config{}, func(m *Model) {
		var l *Line
		c := m.Thread("thread", func() { atom.Mask(); l.Raise() })
		l = m.Line(c, "line", func() {})
	})
	if !strings.Contains(r.Failure, "line begins") {
		t.Errorf("a line that never comes: %+v", r)
	}
}

// A processor that halts goes on after an interrupt, which is taken at the earliest by the
// halt; a device's interrupt comes when its time has.
func TestHalt(t *testing.T) {
	halts := func(unmaskFirst bool) Result {
		return Explore(Config{}, func(m *Model) {
			var clock, came atom.Uint32
			alarm := uint32(3)
			c := m.Thread("idle", func() {
				atom.Mask()
				if came.Load() == 0 {
					if unmaskFirst {
						atom.Unmask(0)
					}
					atom.Halt()
				}
				atom.Unmask(0)
			})
			m.Thread("time", func() { clock.Store(2); clock.Store(4) })
			m.Device(c, "timer", func() bool { return clock.Peek() >= alarm }, func() { alarm = 100 }, func() { came.Store(1) })
			m.Finally(func() { m.Assert(came.Peek() == 1, "no interrupt") })
		})
	}
	if r := halts(false); r.Failure != "" {
		t.Errorf("%s\n%s", r.Failure, r.Log)
	}
	if r := halts(true); !strings.HasPrefix(r.Failure, "deadlock, or a wake-up was lost: idle halts") {
		t.Errorf("unmasked before the halt: %+v", r)
	}
}

// A failure with a kill and interrupts on each other is printed so that it can be read, and
// repeated.
func TestReplayOfAKill(t *testing.T) {
	model := func(m *Model) {
		var x, y atom.Uint32
		c := m.Thread("thread", func() {
			m.Killable(ByBudget, func() { x.Store(1); x.Store(0) })
			m.Assert(x.Load() == 0 || y.Load() == 0, "torn")
			atom.Unmask(0)
		})
		m.Interrupt(c, "interrupt", func() { y.Store(1) })
	}
	r := Explore(Config{}, model)
	if r.Failure != "torn" || !strings.Contains(r.Log, "thread       is killed here") || !strings.Contains(r.Log, "    interrupt    writes") {
		t.Fatalf("%+v", r)
	}
	if again := Replay(Config{}, r.Trace, model); again.Failure != r.Failure || again.Log != r.Log || !strings.Contains(r.Trace, "k") {
		t.Fatalf("replayed: %+v", again)
	}
}
