//go:build !tamago

package timer

import (
	"math"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A turn wakes what the clock has passed, counts it and says when the next is wanted; the
// alarm is set to that.
func TestTurnWakes(t *testing.T) {
	w := newWorld(t)
	a, b := w.sleeper(100), w.sleeper(5000)
	if got := w.turn(1099); got != (Turned{NextNS: 1100}) || w.alarm != 1100 {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if got := w.turn(1100); got != (Turned{Expired: 1, NextNS: 6000}) || !a.over || b.over || w.alarm != 6000 {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if got := w.turn(7000); got != (Turned{Expired: 1, NextNS: math.MaxInt64}) || w.alarm != math.MaxInt64 {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if a.polls != 2 || b.polls != 2 {
		t.Errorf("polled %d and %d times", a.polls, b.polls)
	}
}

// Three groups, on three levels, and turns that come late.
func TestThreeLevels(t *testing.T) {
	w := newWorld(t)
	var groups [3][]*sleeper
	for range 5 {
		for i, ns := range []int64{30, 3000, 300000} {
			groups[i] = append(groups[i], w.sleeper(ns))
		}
	}
	ends := func() (n [3]int) {
		for i, g := range groups {
			for _, sl := range g {
				n[i] += sl.ends
			}
		}
		return n
	}
	for _, x := range []struct {
		to   int64
		want [3]int
	}{{29, [3]int{0, 0, 0}}, {30, [3]int{5, 0, 0}}, {2999, [3]int{5, 0, 0}}, {3500, [3]int{5, 5, 0}}, {299999, [3]int{5, 5, 0}}, {500000, [3]int{5, 5, 5}}} {
		if w.turn(begin + x.to); ends() != x.want {
			t.Errorf("after %d ns %v are over, not %v", x.to, ends(), x.want)
		}
	}
}

// Sleeps that are armed when the wheel has been turned for some time.
func TestArmedAfterTurns(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		sl := w.sleeper(777)
		at := w.now + 777
		if w.turn(at - 1); sl.over {
			t.Fatalf("at %d: over too soon", w.now)
		}
		if w.turn(at + 5); !sl.over {
			t.Fatalf("at %d: not over", w.now)
		}
	}
}

// A sooner sleep that is added later is the next, to the alarm at once and to the next turn,
// also when others are on lower levels already.
func TestSoonerSleepIsTheNext(t *testing.T) {
	w := newWorld(t)
	w.sleeper(1 << 30)
	if got := w.turn(2000); got.NextNS != begin+1<<30 {
		t.Errorf("%+v", got)
	}
	for _, ns := range []int64{1 << 25, 1 << 20, 5000, 100, 10} {
		w.sleeper(ns)
		if w.alarm != w.now+ns {
			t.Errorf("a sleep of %d ns was added, and the alarm is in %d ns", ns, w.alarm-w.now)
		}
		if got := w.turn(w.now); got.NextNS != w.now+ns {
			t.Errorf("a sleep of %d ns was added, and the next turn is wanted in %d ns", ns, got.NextNS-w.now)
		}
	}
	w.sleeper(1 << 28)
	if w.alarm != w.now+10 {
		t.Errorf("a later sleep has set the alarm to %d ns", w.alarm-w.now)
	}
}

// The next deadline is right too when a turn has moved what is sooner to a lower level.
func TestNextAfterMovingDown(t *testing.T) {
	w := newWorld(t)
	w.wheel.now, w.now = 0, 0
	a, b, c := w.sleeper(4096), w.sleeper(4096+70), w.sleeper(4096+7)
	if got := w.turn(4096); got.NextNS != 4096+7 || w.alarm != 4096+7 || !a.over {
		t.Errorf("%+v, alarm %d", got, w.alarm)
	}
	if got := w.turn(4096 + 7); got.NextNS != 4096+70 || !c.over || b.over {
		t.Errorf("%+v", got)
	}
}

// A sleep of hours takes one interrupt, and none for the levels that it comes down through.
func TestOneAlarmForALongSleep(t *testing.T) {
	w := newWorld(t)
	const hours = 5*3600e9 + 123456789
	sl := w.sleeper(hours)
	turns := 0
	for ; !sl.over; turns++ {
		w.turn(w.alarm)
	}
	if turns != 1 || w.now != begin+hours {
		t.Errorf("%d turns, over at %d", turns, w.now)
	}
}

// The longest sleep that the levels hold, and those that are longer: none is refused, none is
// over too soon or too late.
func TestMaxSleepAndBeyond(t *testing.T) {
	w := newWorld(t)
	span := int64(1) << 36
	for _, ns := range []int64{span - 1, span, span + 1, 3*span + 5, 1000 * span, 1 << 62} {
		sl := w.sleeper(ns)
		at := w.now + ns
		for range 10 { // turned at any time meanwhile
			w.turn(w.now + (at-w.now)/3)
		}
		if w.turn(at - 1); sl.over {
			t.Errorf("%d ns: over too soon", ns)
		}
		if got := w.turn(at); !sl.over || got.Expired != 1 {
			t.Errorf("%d ns: over %v", ns, sl.over)
		}
		w.now = begin
		w.wheel = Wheel{}
		w.wheel.Drive()
	}
}

// Many at once, of which most lie beyond the span: they are put in anew each time that the
// wheel comes round, and none twice in one turn.
func TestManyBeyond(t *testing.T) {
	w := newWorld(t)
	span := int64(1) << 36
	var order []int64
	var all []int64
	for i := range int64(100) {
		ns := (i*37%100 + 1) * span / 3
		all = append(all, begin+ns)
		s := new(Sleep)
		s.On(&w.wheel)
		s.For(time.Duration(ns))
		w.spawn(func(_ *none, cx *task.Context) task.Poll {
			if s.Poll(cx) == task.Pending {
				return task.Pending
			}
			order = append(order, s.Deadline())
			return task.Ready
		})
	}
	slices.Sort(all)
	w.turn(all[40])
	w.turn(all[99])
	if !slices.Equal(order, all) {
		t.Errorf("woken in the order %v", order)
	}
}

// What is due in the same turn is woken in the order of the deadlines, and in the same tick
// in that of arming, whatever levels it was on.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	var order []int
	add := func(n int, at int64) {
		s := new(Sleep)
		s.On(&w.wheel)
		s.Until(at)
		w.spawn(func(_ *none, cx *task.Context) task.Poll {
			if s.Poll(cx) == task.Pending {
				return task.Pending
			}
			order = append(order, n)
			return task.Ready
		})
	}
	ats := []int64{100000, 1100, 300000, 1100, 99999, 1065, 5000, 100000, 1 << 40, 5000}
	for n, at := range ats {
		add(n, at)
	}
	w.turn(1000)
	add(len(ats), 5000)
	w.turn(1 << 41)
	if want := []int{5, 1, 3, 6, 9, 10, 4, 0, 7, 2, 8}; !slices.Equal(order, want) {
		t.Errorf("%v, not %v", order, want)
	}
}

// What becomes due while a turn is at work is woken by it.
func TestClockGoesOnDuringATurn(t *testing.T) {
	w := newWorld(t)
	var sleepers []*sleeper
	for n := range int64(50) {
		sleepers = append(sleepers, w.sleeper(100+n))
	}
	platform.Clock = func() int64 { w.now++; return w.now }
	w.now = begin + 99
	got := w.wheel.Turn()
	if got.Expired < 2 || got.NextNS <= w.now-1 {
		t.Errorf("%+v at %d", got, w.now)
	}
	platform.Clock = func() int64 { return w.now }
	w.run()
	for n, sl := range sleepers {
		if sl.over != (n < got.Expired) {
			t.Errorf("of %d, number %d is over: %v", got.Expired, n, sl.over)
		}
	}
}

// A turn with a budget says that there is more, and the next goes on.
func TestTurnN(t *testing.T) {
	w := newWorld(t)
	for range 50 {
		w.sleeper(100)
	}
	w.now += 100
	total := 0
	for turns := 1; ; turns++ {
		got := w.wheel.TurnN(16)
		total += got.Expired
		w.check()
		if got.Remaining != (total < 50) || got.Expired > 16 {
			t.Fatalf("turn %d: %+v, after %d", turns, got, total)
		}
		if !got.Remaining {
			break
		}
	}
	w.run()
}

// Stopped between two turns of which the first had to leave off: from the middle of a slot
// that is being emptied.
func TestStoppedWhileItsSlotIsEmptied(t *testing.T) {
	w := newWorld(t)
	var sleepers []*sleeper
	for i := range 40 {
		sleepers = append(sleepers, w.sleeper(5000+int64(i%2)*100))
	}
	w.now += 5000
	w.wheel.TurnN(1)
	if w.wheel.emptying == 0 {
		t.Fatal("no slot is being emptied")
	}
	for _, sl := range sleepers {
		if !sl.over && sl.s.state.Load() == waiting {
			sl.join.Cancel()
		}
	}
	w.run()
	if w.wheel.emptying != 0 || w.wheel.used != 0 {
		t.Errorf("emptying %d, used %b", w.wheel.emptying, w.wheel.used)
	}
	if got := w.turn(w.now); got.NextNS != math.MaxInt64 {
		t.Errorf("%+v", got)
	}
}

// A task is woken when the critical section is over: a real-time task is polled by its wake,
// and arms its sleep in the same wheel.
func TestWakesComeAfterTheSection(t *testing.T) {
	w := newWorld(t)
	enter := platform.Enter
	t.Cleanup(func() { platform.Enter = enter })
	platform.Enter = func() {
		out, cx, poll := sched.Next()
		for poll != 0 {
			f := *(*func(unsafe.Pointer, *task.Context) task.Poll)(unsafe.Pointer(&poll))
			out, cx, poll = sched.Polled(f(*(*unsafe.Pointer)(unsafe.Pointer(&out)), cx))
		}
	}
	s := new(Sleep)
	s.On(&w.wheel)
	polls := 0
	j, err := sched.Spawn(&sched.Normal, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		polls++
		s.For(100)
		return s.Poll(cx)
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		w.now += 100
		w.wheel.Turn() // for ever, if the section were still held
	}
	if polls != 11 {
		t.Errorf("polled %d times", polls)
	}
	j.Cancel()
	j.Detach()
	w.check()
}
