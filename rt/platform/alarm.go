package platform

import "math"

// alarms shares the machine's one-shot timer among three that wait for a time. The timer is
// programmed to the earliest:
//
//	alarm  a task's, of [SetAlarm]
//	turn   the Go scheduler's: it wants to be entered then, see [SetTurn] and [Idle]
//	retry  another try at the preemption of the goroutine that runs, see tryPreempt
//
// Whether a deadline has been served is counted and not guessed: set is what the timer is
// programmed to, and count how many interrupts it had had by then. One more, and that
// interrupt was for every deadline up to set. A deadline that has passed without its interrupt
// is programmed again, into the past; at worst that is one interrupt too many.
//
// Rejected: to ask the clock whether a deadline has been served. It says that the time has
// come, and not that the interrupt has: what overwrites the timer in between loses it.
//
// All of it is accessed with interrupts masked.
type alarms struct {
	alarm, turn, retry int64

	set   int64
	count uint64

	due   bool  // the turn's interrupt has come
	tried int64 // the last retry that was served, never if none since the last success
	tries uint32
}

var noAlarms = alarms{alarm: never, turn: never, retry: never, set: never, tried: never}

// never is no deadline at all.
const never = math.MaxInt64

// A try at preemption is repeated after retryNS, or after retryLags times as long as the last
// one took from its deadline to here, if that is more: where the way through an interrupt
// takes longer than the interval, the timer would interrupt again before the goroutine has
// executed an instruction, and no try could ever succeed. A slow processor is slow and not
// dead. Not more than retryMaxNS: an emulator may have been stopped in between. And it is not
// always the same time: in a loop whose period divides it, each try would strike the same
// instruction, where it cannot succeed. (It did, for 300 ms, with -icount.)
//
// Rejected: to double the interval with each try that fails. In a loop of which half cannot be
// preempted a try fails as often as not, and the interval grew to 25 ms.
const (
	retryNS    = 100_000
	retryLags  = 4
	retryMaxNS = 100_000_000

	retryStepNS = 509
	retrySteps  = 64
)

// settle takes note of the interrupts that the timer has had, by count.
//
//go:nosplit
func (a *alarms) settle(count uint64) {
	if count <= a.count { // less: one is pending that is not counted
		return
	}
	if a.alarm <= a.set {
		a.alarm = never
	}
	if a.turn <= a.set {
		if a.turn != never {
			a.due = true
		}
		a.turn = never
	}
	if a.retry <= a.set && a.retry != never {
		a.tried, a.retry = a.retry, never
	}
	a.set, a.count = never, count
}

// next returns the earliest deadline, and whether the timer has to be programmed to it: it is
// not yet, or the time has come and the interrupt has not. That may have been one with an
// interrupt that was pending when the timer was programmed, and which was not counted.
//
//go:nosplit
func (a *alarms) next(nowNS int64) (atNS int64, program bool) {
	atNS = min(a.alarm, a.turn, a.retry)
	return atNS, atNS != a.set || atNS <= nowNS
}

// programmed notes that the timer interrupts at setNS or later, never if it is off, for the
// first time after count interrupts.
//
//go:nosplit
func (a *alarms) programmed(setNS int64, count uint64) { a.set, a.count = setNS, count }

// wantTurn sets the deadline of the scheduler, which forgets the last one.
//
//go:nosplit
func (a *alarms) wantTurn(atNS int64) { a.turn, a.due = atNS, false }

// tryAgain sets the deadline of the next try at preemption, unless there is one.
//
//go:nosplit
func (a *alarms) tryAgain(nowNS int64) {
	if a.retry != never {
		return
	}
	wait := int64(retryNS)
	if lag := nowNS - a.tried; lag > 0 { // which it is not after never
		wait = min(max(wait, lag*retryLags), retryMaxNS)
	}
	a.tries++
	a.retry = nowNS + wait + int64(a.tries%retrySteps)*retryStepNS
}

// succeeded says that no more tries are wanted.
//
//go:nosplit
func (a *alarms) succeeded() { a.retry, a.tried = never, never }
