package hwtimer

import (
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A schedule against counting in whole numbers without a size: however late and often it
// is asked, each event is counted once, at the time that it is due and no sooner, also
// where the counter wraps.
func TestScheduleAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{Bits: rapid.SampledFrom([]uint8{32, 64}).Draw(t, "bits")}
		start := new(big.Int).SetUint64(rapid.Uint64().Draw(t, "start"))
		period := rapid.Uint64Range(0, math.MaxUint32/4).Draw(t, "period")
		delay := rapid.Uint64Range(0, math.MaxUint32/4).Draw(t, "delay")
		s.Begin(s.cut(start.Uint64()), delay, period)

		elapsed, counted := uint64(0), uint64(0)
		for range 100 {
			elapsed += rapid.Uint64Range(0, math.MaxUint32/4).Draw(t, "step")
			want := uint64(0)
			if elapsed >= delay {
				want = 1
				if period > 0 {
					want += (elapsed - delay) / period
				}
			}
			now := new(big.Int).Add(start, new(big.Int).SetUint64(elapsed))
			counted += uint64(s.Passed(s.cut(now.Uint64()))) // cut is modulo 2^bits
			if period == 0 && counted == 1 && want == 1 {
				if s.On {
					t.Fatal("on after its only event")
				}
				return
			}
			if counted != want {
				t.Fatalf("%d events after %d counts, want %d", counted, elapsed, want)
			}
		}
	})
}

// Counts round up, and by less than one.
func TestCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{Bits: rapid.SampledFrom([]uint8{32, 64}).Draw(t, "bits")}
		ns := rapid.Int64Range(-10, math.MaxInt64).Draw(t, "ns")
		hz := rapid.Uint64Range(1, 4e9).Draw(t, "hz")
		exact := new(big.Int).Mul(big.NewInt(ns), new(big.Int).SetUint64(hz)) // counts * 1e9
		up := new(big.Int).Add(exact, big.NewInt(1e9-1))
		up.Div(up, big.NewInt(1e9))
		most := new(big.Int).SetUint64(s.cut(math.MaxUint64) / 4)
		n, err := s.Counts(time.Duration(ns), hz)
		switch {
		case ns < int64(Min):
			if err != ErrShort {
				t.Fatalf("%d, %v", n, err)
			}
		case up.Cmp(most) > 0:
			if err != ErrLong {
				t.Fatalf("%d, %v", n, err)
			}
		case err != nil || up.Cmp(new(big.Int).SetUint64(n)) != 0:
			t.Fatalf("%d, %v, want %v", n, err, up)
		}
	})
}

// What nobody took in time is missed; a driver that came late and a task that did are the
// same to it.
func TestMissed(t *testing.T) {
	var s Source
	for _, n := range []uint32{1, 1, 3} {
		s.Post(n)
	}
	if n := s.Take(); n != 5 {
		t.Errorf("took %d", n)
	}
	s.Post(1)
	if n := s.Take(); n != 1 {
		t.Errorf("took %d", n)
	}
	if n := s.Take(); n != 0 {
		t.Errorf("took %d of none", n)
	}
	if events, missed := s.Stat(); events != 6 || missed != 4 {
		t.Errorf("%d events, %d missed", events, missed)
	}
}
