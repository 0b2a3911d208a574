//go:build tamago || doorbell

package hal

//lint:file-ignore U1000 hal/ARCH uses these

import "github.com/tamagotake/tamagotake/internal/atom"

// bell is one place per executor. A g is known by its address, as the runtime's
// WakeG wants it; goroutine descriptors are never freed.
type bell struct {
	rung    atom.Uint32
	g       uint // the executor's goroutine, 0 until its first Wait
	waiting bool // it is in Wait. Changed with interrupts masked
}

var bells [Doorbells]bell

// ringing is not zero if a bell was rung since [Idle] last looked.
var ringing atom.Uint32

// pressing has a bit for each bell whose goroutine was rung for and has not run since, and one
// for the scheduler, while it wants a turn at some time. Where an interrupt returns to a
// goroutine meanwhile, hal/ARCH asks press whether the runtime is to preempt that one; if it
// is where it cannot be, the next interrupt does, and press makes sure that there is one.
// Changed with interrupts masked.
var pressing uint32

const (
	pressBells = 1<<Doorbells - 1
	pressTurn  = 1 << Doorbells
)

// timer is what the machine's one-shot timer is used for; interrupts masked.
var timer = noAlarms

// Ring makes the present or the next [Wait] on doorbell n return. It never
// blocks; any level, interrupt entry included.
//
// All of it is one masked section. The goroutine is woken only if it is in Wait: a wake that
// the runtime notes for it elsewhere would end a time.Sleep of its own. Above thread level it is
// not pressed here: the way back to thread level asks for that, see [press].
//
//go:nosplit
func Ring(n uint32) {
	if n == Realtime {
		enter()
		return
	}
	b := &bells[n%Doorbells]
	saved := MaskInterrupts()
	if b.rung.Swap(1) == 0 {
		ringing.Store(1)
		if b.waiting {
			wakeG(b.g)
		}
		if b.g != 0 {
			pressing |= 1 << (n % Doorbells)
			if AtThreadLevel() {
				press()
			}
		}
	}
	RestoreInterrupts(saved)
}

// press makes sure of an interrupt for another try, and reports whether one is to be made now.
// Called where a bell is rung at thread level, and by hal/ARCH where an interrupt or the real-time
// executor returns there; interrupts masked.
//
//go:nosplit
func press() (try bool) {
	if idling {
		return false // the scheduler's turn is next; see Idle
	}
	timer.settle(interrupts())
	rung := pressing&pressBells != 0
	urgent(rung)
	nowNS := Now()
	if rung || timer.due {
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
	pressing &^= pressTurn
	if atNS != never {
		pressing |= pressTurn
	}
	if pressing&pressBells == 0 {
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

// Awake says that the goroutine of doorbell n runs: nobody else need be preempted for it.
// Thread level.
func Awake(n uint32) {
	if pressing&(1<<n) == 0 {
		return
	}
	saved := MaskInterrupts()
	pressing &^= 1 << n
	if pressing&pressBells == 0 && !timer.due {
		timer.settle(interrupts())
		timer.succeeded()
		program(Now())
	}
	RestoreInterrupts(saved)
}

// Wait parks the calling goroutine until doorbell n is rung, and takes that
// ring. Thread level only; one goroutine per doorbell.
func Wait(n uint32) {
	b := &bells[n]
	b.g = getG()
	b.wait(true)
	for b.rung.Swap(0) == 0 {
		sleep()
	}
	b.wait(false)
	Awake(n)
}

// wait says whether the goroutine is in Wait. A ring between the last look and the end of
// Wait has the runtime note a wake, for a sleep that does not come: that is taken back.
func (b *bell) wait(on bool) {
	saved := MaskInterrupts()
	b.waiting = on
	if !on {
		unwake(b.g)
	}
	RestoreInterrupts(saved)
}
