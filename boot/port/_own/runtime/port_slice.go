// Time slices. There is no thread besides the one, so what sysmon does elsewhere the board's
// timer does: goroutines share the processor although none of them yields, and a timer of the
// runtime is served although one computes.
//
//	execute, runqput, a new timer   is an interrupt wanted sooner than the one asked for?
//	                                goos.Turn(when)
//	the interrupt, in a goroutine   portPreempt: is its slice over, or a timer due?
//	                                yes: it yields there, the scheduler goes on
//	                                no:  goos.Turn(when it will be)
//
// There is no tick. A goroutine that computes alone, without a timer, is not interrupted, and
// nor is an idle machine: what is asked for is forgotten when the processor halts. While there
// are several goroutines it is one interrupt for each slice that is used up, and none for one
// that is not: the time asked for is left as it is when the goroutine yields before.

package runtime

import (
	"internal/runtime/atomic"
	"runtime/goos"
	"unsafe"
)

// portSliceNS is how long a goroutine runs while another waits, as with sysmon (forcePreemptNS). A
// test makes it shorter.
var portSliceNS int64 = 10e6

var (
	portTurnAt int64 = maxWhen // what the board was asked for

	// Which goroutine runs, since when. A guintptr as in p.runnext: a g is never freed.
	portRunning  guintptr
	portRunSince int64

	// portChangeNS is twice what the last preemption took until the next goroutine ran: for so
	// long each runs at least. On a processor so slow that a ticker is due again when its last
	// turn is over, no goroutine would get on otherwise.
	portChangeNS   int64
	portPreemptsAt int64 // of the preemption under way, or 0
	portAskedAt    int64 // when the goroutine was asked to yield, or 0
)

// portUrgent is set by the board where it calls for a preemption because a goroutine was
// woken by [WakeG]: that does not wait for the end of a slice.
//
//go:linkname portUrgent
var portUrgent uint32

// portExecute is called when gp is about to run.
//
//go:nosplit
func portExecute(gp *g, pp *p) {
	now := nanotime()
	portCharge(now)
	portRunning.set(gp)
	portRunSince = now
	if portPreemptsAt != 0 {
		portChangeNS = min(2*(now-portPreemptsAt), portSliceNS)
		portPreemptsAt = 0
	}
	portAskedAt = 0
	portTurn(portNextTurn(pp))
}

// portCharge charges the time up to now to the goroutine that has run.
//
//go:nosplit
func portCharge(now int64) {
	if gp := portRunning.ptr(); gp != nil {
		gp.portRan += now - portRunSince
	}
	portRunning = 0
	portRunSince = now
}

// portNextTurn returns when the scheduler wants to be entered although the running goroutine
// does not yield.
//
//go:nosplit
func portNextTurn(pp *p) int64 {
	at := int64(maxWhen)
	if when := pp.timers.wakeTime(); when != 0 {
		at = max(when, portRunSince+portChangeNS)
	}
	if portOthers(pp) {
		at = min(at, portRunSince+portSliceNS)
	}
	if portProfileNS != 0 {
		at = min(at, portSampleAt)
	}
	return at
}

// portOthers reports whether another goroutine is ready: one in a queue, or the collector's,
// which is in none.
//
//go:nosplit
func portOthers(pp *p) bool {
	return pp.runqhead != pp.runqtail || !sched.runq.empty() || gcBlackenEnabled != 0
}

// portTurn asks the board for an interrupt, unless one is to come before. Interrupts are masked, since
// one in the middle may ask for another time, in portStays; and portTurnAt is two words on ARM.
//
//go:nosplit
func portTurn(at int64) {
	if goos.Turn == nil {
		return
	}
	masked := portMask()
	if at < portTurnAt {
		portTurnAt = at
		goos.Turn(at)
	}
	portRestore(masked)
}

// portForgets is called when the board has forgotten what it was asked for.
//
//go:nosplit
func portForgets() {
	masked := portMask()
	portTurnAt = maxWhen
	portRestore(masked)
}

// portReady is called when a goroutine is in the queue of those that are ready. Not before: an
// interrupt in between would find none there and forget the turn.
//
//go:nosplit
func portReady() {
	if getg().m.curg != nil {
		portTurn(portRunSince + portSliceNS)
	}
}

// portTimer is called when the program adds a timer that is due before all others.
//
//go:nosplit
func portTimer(when int64) {
	if getg().m.curg != nil {
		portTurn(max(when, portRunSince+portChangeNS))
	}
}

// portMayPreempt says whether the goroutine that runs is to be preempted: for the sake of one
// that [WakeG] was called for, which sleeps still or has become ready; for a timer; or because
// its slice is over.
//
// What it is asked for is first of all to yield at the very place (asynchronous, in the words of
// preempt.go). Where it cannot, since that is in the runtime, see portAsk.
func portMayPreempt(pp *p, now int64) bool {
	if portUrgent != 0 && (portSleeperWoken() || portOthers(pp)) {
		return true
	}
	return portNextTurn(pp) <= now
}

// portAsk has a goroutine yield at its next call of a function, by the check of the stack that begins
// each (newstack in stack.go). The interrupts go on meanwhile, each with another try at the very
// place. A goroutine that does nothing but allocate is hardly ever where that can be: without this
// it had the processor for seconds.
//
// With interrupts masked the check lets the goroutine go on, and the next interrupt asks anew. A
// masked section of calls takes some hundred instructions longer when that strikes.
func portAsk(gp *g, now int64) {
	portAskedAt = now
	gp.preempt = true
	gp.stackguard0 = stackPreempt
}

// portAtSystem does for an interrupt that has struck the system stack what portPreempt does for
// one that has struck a goroutine's. There is nothing to preempt there, but what runs there for a
// goroutine looks for the word by itself when that takes long, and another comes back from there with
// it. Whoever marks for the collector, its worker and a goroutine that allocates, is _Gwaiting
// meanwhile (casGToWaitingForSuspendG): the condition is that of preemptone in proc.go.
func portAtSystem(mp *m, now int64) {
	if mp.p == 0 {
		return
	}
	pp := mp.p.ptr()
	if !portMayPreempt(pp, now) {
		portStays(pp)
	} else if gp := mp.curg; gp != nil && readgstatus(gp)&^_Gscan != _Gsyscall {
		portAsk(gp, now)
	}
}

// portSleeperWoken reports whether a goroutine sleeps that was woken by [WakeG].
func portSleeperWoken() bool {
	for i := range portWoken {
		p := atomic.Loaduintptr(&portWoken[i])
		if p == 0 {
			continue
		}
		woken := *(**g)(unsafe.Pointer(&p))
		if readgstatus(woken) == _Gwaiting && woken.waitreason == waitReasonSleep && woken.timer != nil {
			return true
		}
	}
	return false
}

// portStays is called when an interrupt that was asked for finds that the goroutine may go on.
func portStays(pp *p) {
	portTurnAt = portNextTurn(pp)
	if goos.Turn != nil {
		goos.Turn(portTurnAt)
	}
}

// portYields is called when the goroutine will enter the scheduler where the interrupt has
// struck it.
func portYields(now int64) {
	portPreemptsAt = now
	portTurnAt = maxWhen
	if goos.Turn != nil {
		goos.Turn(maxWhen)
	}
}

// portRunTime returns how long the goroutine with that number has had the processor, in
// nanoseconds, up to its last turn; less than 0 if there is none. Interrupts count, and what a
// coroutine runs before its first own turn is charged to who has switched to it.
//
//go:linkname portRunTime
func portRunTime(goid uint64) int64 {
	ran := int64(-1)
	forEachGRace(func(gp *g) {
		if gp.goid == goid && readgstatus(gp) != _Gdead {
			ran = gp.portRan
		}
	})
	return ran
}
