package timer

import (
	"math"
	"math/bits"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/pin"

	"pgregory.net/rapid"
)

// On which level a deadline is, at both ends of each level.
func TestLevels(t *testing.T) {
	for l := range uint32(levels) {
		low, high := uint64(1)<<(digit*l), uint64(1)<<(digit*(l+1))-1
		for _, now := range []uint64{0, 1 << 36, 5<<36 | 1<<60} {
			if got := level(now, now+low); got != l {
				t.Errorf("%d from %d is on level %d, not %d", low, now, got, l)
			}
			if got := level(now, now+high); got != l {
				t.Errorf("%d from %d is on level %d, not %d", high, now, got, l)
			}
		}
	}
	for _, tick := range []uint64{1 << 36, 1<<36 + 1, math.MaxUint64} {
		if got := level(0, tick); got != levels {
			t.Errorf("%d is on level %d", tick, got)
		}
	}
	if got := level(1<<36-1, 1<<36); got != levels {
		t.Errorf("across the end of the span: level %d", got)
	}
}

// Which slot of its level, against its definition.
func TestSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := pin.New[Wheel](t)
		w.now = rapid.Uint64().Draw(t, "now") >> rapid.IntRange(1, 63).Draw(t, "shift")
		s := pin.New[Sleep](t)
		s.tick = w.now + 1 + rapid.Uint64().Draw(t, "ticks")>>rapid.IntRange(2, 63).Draw(t, "shift")
		w.insert(s)
		want := uint32(beyond)
		if differ := w.now ^ s.tick; differ < 1<<36 {
			l := (bits.Len64(differ) - 1) / 6
			want = uint32(l*64) + uint32(s.tick/(1<<(6*l))%64)
		}
		if s.slot != want {
			t.Fatalf("%d at %d is in slot %d, not %d", s.tick, w.now, s.slot, want)
		}
		i, begins := w.earliest()
		if i != want || begins > s.tick || begins <= w.now {
			t.Fatalf("the earliest slot is %d from %d on, for %d at %d", i, begins, s.tick, w.now)
		}
		if want < beyond && begins != s.tick>>(want/64*6)<<(want/64*6) {
			t.Fatalf("slot %d begins at %d, not %d", i, s.tick, begins)
		}
		w.remove(s)
		if w.used != 0 || w.occupied != [levels + 1]uint64{} {
			t.Fatal("not empty afterwards")
		}
	})
}

// Which slot is the first, against a look at all.
func TestEarliest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := pin.New[Wheel](t)
		w.now = rapid.Uint64().Draw(t, "now") >> rapid.IntRange(1, 63).Draw(t, "shift")
		sleeps := pin.New[[20]Sleep](t)[:rapid.IntRange(1, 20).Draw(t, "sleeps")]
		for i := range sleeps {
			sleeps[i].tick = w.now + 1 + rapid.Uint64().Draw(t, "ticks")>>rapid.IntRange(2, 63).Draw(t, "shift")
			w.insert(&sleeps[i])
		}
		first := &sleeps[0]
		for i := range sleeps {
			if sleeps[i].tick < first.tick {
				first = &sleeps[i]
			}
		}
		i, _ := w.earliest()
		if i != first.slot || w.slots[i].first != first.tick {
			t.Fatalf("slot %d with %d, but the first is %d in slot %d", i, w.slots[i].first, first.tick, first.slot)
		}
	})
}

// Ticks from nanoseconds and back, against arithmetic that has room enough.
func TestConversions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := pin.New[Wheel](t)
		shift := rapid.UintRange(0, 32).Draw(t, "shift")
		w.SetTick(shift)
		ns := int64(rapid.Uint64().Draw(t, "ns") >> rapid.IntRange(1, 63).Draw(t, "by"))
		tick := uint64(1) << shift
		down, rest := uint64(ns)/tick, uint64(ns)%tick
		up := down
		if rest != 0 {
			up++
		}
		if got := w.ticksDown(ns); got != down {
			t.Fatalf("%d ns are %d ticks, rounded down, not %d", ns, got, down)
		}
		if got := w.ticksUp(ns); got != up {
			t.Fatalf("%d ns are %d ticks, rounded up, not %d", ns, got, up)
		}
		hi, lo := bits.Mul64(up, tick)
		want := int64(lo)
		if hi != 0 || lo > math.MaxInt64 {
			want = math.MaxInt64
		}
		if got := w.ns(up); got != want && !(got == math.MaxInt64 && want > math.MaxInt64-int64(tick)) {
			t.Fatalf("tick %d is at %d ns, not %d", up, got, want)
		}
	})
}
