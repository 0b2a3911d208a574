package platform

import (
	"math/rand/v2"
	"testing"
)

// fakeTimer is a one-shot timer that has alarms: it interrupts once at the time that it is
// programmed to, or earlier, as one does that cannot count so far.
type fakeTimer struct {
	alarms
	now     int64
	at      int64 // it interrupts then
	pending bool  // it has, and interrupts are masked
	count   uint64
	reach   int64 // how far it can count
}

func newFakeTimer() *fakeTimer {
	return &fakeTimer{alarms: noAlarms, at: never, reach: never}
}

// program is what hal does after each change.
func (f *fakeTimer) program() {
	f.settle(f.count)
	next, program := f.next(f.now)
	if !program {
		return
	}
	if next != never && next-f.now > f.reach {
		next = f.now + f.reach
	}
	f.at = next
	count := f.count
	switch {
	case f.pending && next <= f.now:
		f.at = never // that will do
	case f.pending:
		count++ // that is not for this
	}
	f.programmed(next, count)
}

// pass lets time go on, masked.
func (f *fakeTimer) pass(ns int64) {
	f.now += ns
	if f.at <= f.now {
		f.at, f.pending = never, true
	}
}

// unmask delivers what is pending and reports whether something was.
func (f *fakeTimer) unmask() bool {
	if !f.pending {
		return false
	}
	f.pending = false
	f.count++
	return true
}

// A task's alarm is not lost to a try at preemption that is due before: that interrupt is not
// the alarm's. (An alarm that was 100 us away was lost to one.)
func TestAlarmBesideRetry(t *testing.T) {
	f := newFakeTimer()
	f.alarm = 150_000
	f.program()
	f.tryAgain(f.now)
	f.program()
	if f.at != f.retry || f.at >= 150_000 {
		t.Fatalf("programmed to %d, want %d", f.at, f.retry)
	}
	f.pass(200_000) // masked beyond both
	if !f.unmask() {
		t.Fatal("no interrupt")
	}
	f.settle(f.count)
	if f.alarm != 150_000 || f.retry != never {
		t.Errorf("after the retry's interrupt: alarm %d, retry %d", f.alarm, f.retry)
	}
	f.program()
	f.pass(0)
	if !f.unmask() {
		t.Error("the alarm was lost")
	}
	f.settle(f.count)
	if f.alarm != never {
		t.Error("the alarm was not served")
	}
}

// A time that has passed has its interrupt although the timer is programmed once more in
// between, each time: that was a livelock.
func TestAlarmProgrammedTwice(t *testing.T) {
	f := newFakeTimer()
	f.alarm = 10
	for n := 0; f.alarm != never; n++ {
		if n == 2 {
			t.Fatalf("%d interrupts, and not served", n)
		}
		f.pass(20)
		f.program()
		f.pass(1)
		f.program()
		f.unmask()
		f.settle(f.count)
	}
}

// A retry leaves the goroutine more time than its interrupt takes, on whatever machine, and
// not a long one because the machine was stopped once.
func TestRetryIsSlowOnSlowMachines(t *testing.T) {
	for _, c := range []struct{ lagNS, want int64 }{
		{0, retryNS}, {1000, retryNS}, {retryNS / 4, retryNS}, {retryNS, 4 * retryNS}, {5e6, 20e6}, {65e9, retryMaxNS},
	} {
		f := newFakeTimer()
		waits := map[int64]bool{}
		for n := range 5 {
			f.tryAgain(f.now)
			wait := f.retry - f.now
			want := c.want
			if n == 0 {
				want = retryNS
			}
			if wait < want || wait > want+retrySteps*retryStepNS {
				t.Fatalf("lag %d: try %d after %d, want about %d", c.lagNS, n, wait, want)
			}
			if waits[wait] {
				t.Errorf("twice after %d", wait)
			}
			waits[wait] = true
			before := f.retry
			if f.tryAgain(f.now + 1); f.retry != before {
				t.Error("moved before it has come")
			}
			f.program()
			f.pass(wait + c.lagNS)
			f.unmask()
			f.settle(f.count)
		}
		f.succeeded()
		if f.tryAgain(f.now); f.retry-f.now > retryNS+retrySteps*retryStepNS {
			t.Errorf("lag %d, after a success: %d", c.lagNS, f.retry-f.now)
		}
	}
}

// A turn that has come is due until the next is wanted.
func TestTurnIsDue(t *testing.T) {
	f := newFakeTimer()
	f.wantTurn(100)
	f.program()
	f.pass(99)
	f.unmask()
	f.settle(f.count)
	if f.due {
		t.Error("due too early")
	}
	f.pass(1)
	f.unmask()
	f.settle(f.count)
	if !f.due || f.turn != never {
		t.Errorf("due %v, turn %d", f.due, f.turn)
	}
	if f.wantTurn(never); f.due {
		t.Error("due still")
	}
}

// Whatever is set, in whatever order, with interrupts masked for however long, and with a
// timer that cannot count so far: each deadline that is not moved has an interrupt at its time
// or later, and none is pending for ever.
func TestAlarmsServe(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		f := newFakeTimer()
		if seed%2 == 0 {
			f.reach = 50 + r.Int64N(500)
		}
		const kinds = 3
		want := [kinds]int64{never, never, never} // set and not moved, not interrupted since
		for range 200 {
			f.settle(f.count)
			at := f.now + r.Int64N(300) - 50
			switch r.IntN(5) {
			case 0:
				f.alarm, want[0] = at, at
			case 1:
				f.wantTurn(at)
				want[1] = at
			case 2:
				f.tryAgain(f.now)
				f.retry = min(f.retry, at) // as far away as the others
				want[2] = f.retry
			case 3:
				f.succeeded()
				want[2] = never
			}
			f.program()
			f.pass(r.Int64N(200))
			for range r.IntN(3) { // again before the interrupt
				f.program()
				f.pass(1)
			}
			if r.IntN(3) > 0 && f.unmask() {
				for i := range want {
					if want[i] <= f.now {
						want[i] = never // an interrupt at its time or later
					}
				}
			}
		}
		// From now on nothing changes, and interrupts are enabled.
		for n := 0; want != [kinds]int64{never, never, never}; n++ {
			if n == 1000 {
				t.Fatalf("seed %d: never interrupted for %v at %d, %+v", seed, want, f.now, f.alarms)
			}
			f.program()
			f.pass(20)
			if f.unmask() {
				for i := range want {
					if want[i] <= f.now {
						want[i] = never
					}
				}
			}
		}
		// And then it comes to rest.
		for n := 0; min(f.alarm, f.turn, f.retry) != never; n++ {
			if n == 1000 {
				t.Fatalf("seed %d: interrupts for ever: %+v", seed, f.alarms)
			}
			f.unmask()
			f.program()
			f.pass(20)
		}
	}
}
