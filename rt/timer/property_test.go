//go:build !tamago

package timer

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// sorted is what a wheel has to do, written as plainly as can be: a list.
type sorted struct {
	list []entry
	tick int64
}

type entry struct {
	who int
	at  int64 // rounded up to a tick, MaxInt64 if that is beyond the clock
}

func (m *sorted) remove(who int) {
	m.list = slices.DeleteFunc(m.list, func(e entry) bool { return e.who == who })
}

func (m *sorted) add(who int, at int64) {
	m.remove(who)
	up := uint64(at+m.tick-1) / uint64(m.tick) * uint64(m.tick)
	if at > math.MaxInt64-m.tick {
		up = math.MaxInt64
	}
	m.list = append(m.list, entry{who, int64(up)})
	slices.SortStableFunc(m.list, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
}

// until removes and returns who is due.
func (m *sorted) until(now int64) (who []int) {
	for len(m.list) > 0 && m.list[0].at <= now {
		who = append(who, m.list[0].who)
		m.list = m.list[1:]
	}
	return who
}

func (m *sorted) next() int64 {
	if len(m.list) == 0 {
		return math.MaxInt64
	}
	return m.list[0].at
}

const propertySleepers = 12

// The tasks' slots, which serve every run: a task is one for ever.
var propertySlots [propertySleepers]unit

// system is the wheel with its sleepers.
type system struct {
	*world
	model   sorted
	sleeper [propertySleepers]*sleeper
	woken   []int
	early   int // turns that may wake nobody: each for a sleep that was stopped or moved
}

func (s *system) spawn(who int) {
	sl := &sleeper{}
	s.sleeper[who] = sl
	sl.over = true
	sl.s.On(&s.wheel)
	sl.join = s.spawnAt(&propertySlots[who], func(out *none, cx *task.Context) task.Poll {
		was := sl.over
		sl.poll(out, cx)
		if !was && sl.over {
			s.woken = append(s.woken, who)
		}
		return task.Pending
	})
}

// compare turns the wheel and looks who is woken.
func (s *system) compare(t *rapid.T) {
	s.woken = nil
	got := s.turn(s.now)
	if want := s.model.until(s.now); !slices.Equal(s.woken, want) {
		t.Fatalf("at %d woke %v, not %v", s.now, s.woken, want)
	}
	if got.Expired != len(s.woken) || got.Remaining {
		t.Fatalf("at %d woke %v and says %+v", s.now, s.woken, got)
	}
	if got.NextNS > s.model.next() || got.NextNS <= s.now || got.NextNS != s.alarm {
		t.Fatalf("at %d the next turn is wanted at %d, the alarm is set to %d, and the next deadline is %d", s.now, got.NextNS, s.alarm, s.model.next())
	}
	if got.NextNS < s.model.next() && s.early == 0 {
		t.Fatalf("at %d the next turn is wanted at %d, too soon for %d, and nothing was stopped", s.now, got.NextNS, s.model.next())
	}
}

// A wheel against a sorted list: who is woken when, and in which order; when the next turn is
// wanted.
func TestAgainstModel(t *testing.T) {
	restore(t)
	rapid.Check(t, againstModel)
}

// The same, with inputs that the fuzzer finds.
func FuzzAgainstModel(f *testing.F) {
	restore(f)
	f.Fuzz(rapid.MakeFuzz(againstModel))
}

func restore(t testing.TB) {
	clock, alarm := platform.Clock, platform.Alarm
	t.Cleanup(func() { platform.Clock, platform.Alarm = clock, alarm })
}

// duration is 0 to 2^40 ns, each size as likely as any.
func duration(t *rapid.T, what string) int64 {
	return rapid.Int64Range(0, 1<<40).Draw(t, what) >> rapid.IntRange(0, 40).Draw(t, "by")
}

func againstModel(t *rapid.T) {
	s := &system{world: newWorldIn(t)}
	shift := rapid.SampledFrom([]uint{0, 0, 1, 10, 20, 32}).Draw(t, "tick")
	s.wheel.SetTick(shift)
	s.model.tick = 1 << shift
	s.now = rapid.Int64Range(0, 1<<61).Draw(t, "now") >> rapid.IntRange(0, 61).Draw(t, "by")
	s.turn(s.now)
	defer func() {
		s.Shutdown()
		for _, sl := range s.sleeper {
			sl.join.Detach()
		}
	}()
	for who := range s.sleeper {
		s.spawn(who)
	}
	which := rapid.IntRange(0, propertySleepers-1)
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0, 1: // arm, or move
			who, ns := which.Draw(t, "who"), duration(t, "ns")
			sl := s.sleeper[who]
			if !sl.over {
				s.early++
			}
			s.model.remove(who)
			s.do(sl, func(*task.Context) { sl.over = false; sl.s.For(time.Duration(ns)) })
			if ns == 0 != sl.over {
				t.Fatalf("after %d ns over: %v", ns, sl.over)
			}
			if !sl.over {
				s.model.add(who, s.now+ns)
			}
			if s.alarm > s.model.next() {
				t.Fatalf("the alarm is set to %d, and the next deadline is %d", s.alarm, s.model.next())
			}
			s.wheel.found = 0
		case 2: // stop
			sl := s.sleeper[which.Draw(t, "who")]
			for who := range s.sleeper {
				if s.sleeper[who] == sl {
					s.model.remove(who)
				}
			}
			s.early++
			s.do(sl, func(*task.Context) { sl.s.Stop(); sl.over = true })
		case 3: // cancel its task
			who := which.Draw(t, "who")
			s.model.remove(who)
			s.early++
			s.sleeper[who].join.Cancel()
			s.run()
			s.sleeper[who].join.Detach()
			s.spawn(who)
		case 4: // any time later
			s.now += duration(t, "later")
			s.compare(t)
		case 5: // as a machine does it: at the alarm, until somebody is woken
			for spurious := 0; s.alarm != math.MaxInt64; spurious++ {
				if spurious > s.early {
					t.Fatalf("%d turns woke nobody, after %d sleeps were stopped", spurious, s.early)
				}
				s.now = max(s.now, s.alarm)
				if s.compare(t); len(s.woken) > 0 {
					s.early -= spurious
					break
				}
			}
		}
		s.check()
	}
}
