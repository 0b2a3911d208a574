package timer

import (
	"math"
	"time"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/list"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Sleep is one wait for a time, in memory of the caller's: a package variable, a field of a
// driver, or at thread level any variable. It is one task's at a time. While it waits, its task
// keeps it from the collector; one that is armed anew in each poll as a new variable is kept as
// often, to the end of the task.
//
//	var s timer.Sleep
//	s.For(10 * time.Millisecond)        // from now
//	if s.Poll(cx) == task.Pending {
//		return task.Pending
//	}
//
//	          For, Until                Poll                  Turn
//	 over ----------------> armed ----------------> waiting --------> due
//	  ^                                   \                            |
//	  |                                    \ the time has come         | Poll
//	  +-------------------------------------+--------------------------+
//
// Stop leads from everywhere to over; For and Until from waiting and due to waiting again,
// which is one critical section. The zero value is over, and a sleep that is over is Ready.
//
// If the task ends, cancelled or otherwise, the sleep is taken out of the wheel before the
// result can be seen, and is over: nothing is left that could be woken.
type Sleep struct {
	wait  raw.Wait
	link  list.Link   // in a slot
	waker raw.Waker   // the wait's; that is closed before it is taken back
	at    int64       // ns
	tick  uint64      // the same in the wheel's ticks
	wheel *Wheel      // nil for Default
	slot  uint32      // which, while it waits
	state atom.Uint32 // changed in the section while it waits
}

const (
	over uint32 = iota
	armed
	waiting // in the wheel, its wait open
	due     // no longer in the wheel, its wait open
)

// On has the sleep use another wheel than [Default]. Thread level, before it is armed for the
// first time.
func (s *Sleep) On(w *Wheel) { s.wheel = w }

//go:nosplit
func (s *Sleep) on() *Wheel {
	if s.wheel == nil {
		return &Default
	}
	return s.wheel
}

// For arms the sleep: it ends d from now, not from its first poll. If d is 0 or less it is Ready
// at the first poll; what would be later than 292 years after the start is never. By its task, or
// before there is one; both levels.
func (s *Sleep) For(d time.Duration) { s.Until(after(platform.Now(), int64(d))) }

// after is now + ns, neither before now nor beyond the end of the clock.
//
//go:nosplit
func after(now, ns int64) int64 {
	if ns <= 0 {
		return now
	}
	if ns > math.MaxInt64-now {
		return math.MaxInt64
	}
	return now + ns
}

// Until arms the sleep: it ends when [platform.Now] is atNS, and at once if it is later already.
// A sleep that waits is moved, and its task is woken at the new time, whether or not it polls
// the sleep before. By its task, or before there is one; both levels.
func (s *Sleep) Until(atNS int64) {
	atNS = max(atNS, 0)
	if s.state.Load() < waiting {
		s.at = atNS
		s.state.StoreRelease(armed)
		return
	}
	if s.move(atNS, platform.Now() >= atNS) {
		s.waker.Wake() // its task need not poll it now
	}
}

// move arms a sleep whose wait is open and puts it into the wheel, or makes it due: if it has
// come already, or a turn is just passing it. Who is told that it is due wakes its task, or is
// its task, which is the caller, so a poll that is ended here leaves no task waiting.
func (s *Sleep) move(atNS int64, come bool) (isDue bool) {
	w := s.on()
	saved := w.section.Enter()
	if s.state.Load() == waiting {
		if !w.sound(s) {
			w.section.Leave(saved)
			misuse(overwritten)
		}
		w.remove(s)
	}
	s.at = atNS
	s.tick = w.ticksUp(atNS)
	if isDue = come || s.tick <= w.now; isDue {
		w.found++
		s.state.StoreRelease(due)
	} else {
		s.state.StoreRelease(waiting)
		w.insert(s)
		w.sooner(s.tick)
	}
	w.section.Leave(saved)
	return isDue
}

// Deadline returns when the sleep ends or has ended, on the clock of [platform.Now].
func (s *Sleep) Deadline() (atNS int64) { return s.at }

// Poll is Ready when the time has come, and again until the sleep is armed anew; before, the
// task is woken then, once. Polled more than once meanwhile it stays Pending. From a poll of
// its task; both levels. Another task's poll of a sleep that waits is refused.
func (s *Sleep) Poll(cx *task.Context) task.Poll {
	state := s.state.Load()
	if state == armed {
		return s.begin(cx)
	}
	if state != over {
		s.wait.Open((*raw.Context)(cx), sleepUndo) // it is open: says so if it is another task's
		if state == waiting {
			return task.Pending
		}
		s.state.StoreRelease(over) // first: a poll can be ended between the two
		s.wait.Close()
	}
	return task.Ready
}

// begin is the first poll.
func (s *Sleep) begin(cx *task.Context) task.Poll {
	s.wait.Open((*raw.Context)(cx), sleepUndo)
	s.waker = (*raw.Context)(cx).Waker()
	if s.move(s.at, platform.Now() >= s.at) {
		s.state.StoreRelease(over)
		s.wait.Close()
		return task.Ready
	}
	return task.Pending
}

// Stop gives the sleep up: it wakes no task from now on. From a poll of its task, or when it
// has none; both levels.
func (s *Sleep) Stop() {
	if s.state.Load() >= waiting {
		if !s.leave() {
			misuse(overwritten)
		}
		s.wait.Close()
	}
	s.state.StoreRelease(over)
}

// leave takes the sleep out of the wheel, if it is there still. It says no, and has done
// nothing, if the sleep was overwritten: the turn that comes upon it says so.
//
//go:nosplit
func (s *Sleep) leave() (ok bool) {
	w := s.on()
	saved := w.section.Enter()
	if s.state.Load() == waiting {
		if !w.sound(s) {
			w.section.Leave(saved)
			return false
		}
		w.remove(s)
	}
	s.state.StoreRelease(over)
	w.section.Leave(saved)
	return true
}

// sleepUndo takes back the sleep of a task that has ended.
var sleepUndo = raw.MustUndo(undoSleep)

//tamagotake:undo
//go:nosplit
func undoSleep(w *raw.Wait) { (*Sleep)(unsafe.Pointer(w)).leave() }

// sleepOf returns the sleep whose link it is.
//
//go:nosplit
func sleepOf(l *list.Link) *Sleep {
	return (*Sleep)(unsafe.Add(unsafe.Pointer(l), -int(unsafe.Offsetof(Sleep{}.link))))
}
