//go:build tamago || parkers

package platform

//lint:file-ignore U1000 hal/ARCH uses these

import (
	"math/bits"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// Executors is how many executors may run at a time.
const Executors = 8

// parker is one place per executor. A g is known by its address, as the runtime's
// WakeG wants it; goroutine descriptors are never freed.
type parker struct {
	unparked atom.Uint32
	g        uint // the executor's goroutine, 0 until its first Park
	waiting  bool // it is in Park. Changed with interrupts masked
}

var parkers [Executors]parker

// parkersUsed has a bit for each parker that an executor has. Changed with interrupts masked.
var parkersUsed uint32

// anyUnparked is not zero if a parker was unparked since [Idle] last looked.
var anyUnparked atom.Uint32

// preemptPending has a bit for each parker that was unparked and whose goroutine has not run since,
// and one for the scheduler, while it wants a turn at some time. Where an interrupt returns to a
// goroutine meanwhile, hal/ARCH asks tryPreempt whether the runtime is to preempt that goroutine. If
// it is where it cannot be preempted the next interrupt tries again, and tryPreempt makes sure that
// there is one. Changed with interrupts masked.
var preemptPending uint32

const (
	pendingParkers = 1<<Executors - 1
	pendingTurn    = 1 << Executors
)

// timer is what the machine's one-shot timer is used for; interrupts masked.
var timer = noAlarms

// NewParker returns the number of a parker that no executor has, for [Park] and [Unpark]. It panics
// if there is none. Thread level.
func NewParker() (n uint32) {
	saved := MaskInterrupts()
	n = uint32(bits.TrailingZeros32(^parkersUsed))
	if n < Executors {
		parkersUsed |= 1 << n
	}
	RestoreInterrupts(saved)
	if n >= Executors {
		panic("platform: too many executors run at once; the most is 8")
	}
	return n
}

// FreeParker gives a parker back. An Unpark with its number that comes later may have the next Park of
// another executor return too early. Thread level.
func FreeParker(n uint32) {
	saved := MaskInterrupts()
	parkersUsed &^= 1 << n
	parkers[n].g = 0
	RestoreInterrupts(saved)
	Running(n)
}

// EnterRealtime enters the real-time executor, unless it is at work already. With interrupts masked
// that is as soon as they are not. Any level.
//
//go:nosplit
func EnterRealtime() { enter() }

// Unpark makes the present or the next [Park] of parker n return. It never
// blocks; any level, interrupt entry included.
//
// All of it is one masked section. The goroutine is woken only if it is in Park: a wake that
// the runtime notes for it elsewhere would end a time.Sleep of its own. Above thread level nobody
// is preempted here: the way back to thread level looks at preemptPending.
//
//go:nosplit
func Unpark(n uint32) {
	b := &parkers[n%Executors]
	saved := MaskInterrupts()
	if b.unparked.Swap(1) == 0 {
		anyUnparked.Store(1)
		if b.waiting {
			wakeG(b.g)
		}
		if b.g != 0 {
			preemptPending |= 1 << (n % Executors)
			if AtThreadLevel() {
				tryPreempt()
			}
		}
	}
	RestoreInterrupts(saved)
}

// tryPreempt makes sure of an interrupt for another try at preemption, and reports whether one is to
// be made now. Unpark calls it at thread level, and hal/ARCH where an interrupt or the real-time
// executor returns there; interrupts masked.
//
//go:nosplit
func tryPreempt() (try bool) {
	if idling {
		return false // the scheduler's turn is next; see Idle
	}
	timer.settle(interrupts())
	unparked := preemptPending&pendingParkers != 0
	urgent(unparked)
	nowNS := Now()
	if unparked || timer.due {
		timer.tryAgain(nowNS)
		try = true
	}
	program(nowNS)
	return try
}

// setTurn asks for an interrupt at atNS, at which the Go scheduler has a turn; never for none.
// The last one that was asked for is forgotten. Any level.
//
//go:nosplit
func setTurn(atNS int64) {
	saved := MaskInterrupts()
	timer.settle(interrupts())
	timer.wantTurn(atNS)
	preemptPending &^= pendingTurn
	if atNS != never {
		preemptPending |= pendingTurn
	}
	if preemptPending&pendingParkers == 0 {
		timer.succeeded()
	}
	program(Now())
	RestoreInterrupts(saved)
}

// program programs the timer to the earliest deadline. Interrupts masked.
//
//go:nosplit
func program(nowNS int64) {
	if at, ok := timer.next(nowNS); ok {
		timer.programmed(alarm(at))
	}
}

// rearm programs the timer again where the machine has used it for something else meanwhile.
// Interrupts masked.
//
//go:nosplit
func rearm() {
	timer.settle(interrupts())
	at, _ := timer.next(0)
	timer.programmed(alarm(at))
}

// Running says that the goroutine of parker n runs: no other need be preempted for it.
// Thread level.
func Running(n uint32) {
	if preemptPending&(1<<n) == 0 {
		return
	}
	saved := MaskInterrupts()
	preemptPending &^= 1 << n
	if preemptPending&pendingParkers == 0 && !timer.due {
		timer.settle(interrupts())
		timer.succeeded()
		program(Now())
	}
	RestoreInterrupts(saved)
}

// Park blocks the calling goroutine until parker n is unparked, and takes that back. Thread level;
// one goroutine for each parker.
func Park(n uint32) {
	b := &parkers[n]
	b.g = getG()
	b.wait(true)
	for b.unparked.Swap(0) == 0 {
		sleep()
	}
	b.wait(false)
	Running(n)
}

// wait says whether the goroutine is in Park. An Unpark between the last look and the end of
// Park has the runtime note a wake, for a sleep that does not come: that is taken back.
func (b *parker) wait(on bool) {
	saved := MaskInterrupts()
	b.waiting = on
	if !on {
		unwake(b.g)
	}
	RestoreInterrupts(saved)
}
