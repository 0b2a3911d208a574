//go:build tamago

package hal

//lint:file-ignore U1000 hal/ARCH uses these

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

// bells has one place per executor. A g is known by its address, as the runtime's
// WakeG wants it; goroutine descriptors are never freed.
var bells [Doorbells]struct {
	rung atomic.Uint32
	g    uint
}

// ringing is not zero if a bell was rung since [Idle] last looked.
var ringing atomic.Uint32

// pressing has a bit for each bell whose goroutine was rung for and has not run since. Where
// an interrupt returns to another goroutine meanwhile, hal/ARCH has the runtime preempt that
// one; if it is where it cannot be, the next interrupt does, and press makes sure that there
// is one. Changed with interrupts masked.
var pressing uint32

// pressNS is how soon that is.
const pressNS = 100_000

// wakeG makes the goroutine return from time.Sleep, by runtime.WakeG. The
// runtime of boot/port notes the wake even when the goroutine is only on its way
// to sleep; the TamaGo distribution's then fails, and Idle tries again.
func wakeG(gp uint) (failed uint)

// enter runs the real-time executor until its queues are empty, on its own stack, and
// comes back: unless it is at work already, below whoever calls, or interrupts are
// masked: then as soon as that is over. Provided by hal/amd64 and hal/arm.
func enter()

// Ring makes the present or the next [Wait] on doorbell n return. It never
// blocks; any level, interrupt entry included.
//
//go:nosplit
func Ring(n uint32) {
	if n == Realtime {
		enter()
		return
	}
	b := &bells[n%Doorbells]
	saved := MaskInterrupts() // a poll can be ended where they are not: the ring and its wake, or neither
	if b.rung.Swap(1) == 0 {
		ringing.Store(1)
		if b.g != 0 {
			wakeG(b.g)
			pressing |= 1 << (n % Doorbells)
			press()
		}
	}
	RestoreInterrupts(saved)
}

// press sets the timer for another try, if nothing else is due before. Called where a bell is
// rung, and by hal/ARCH where an interrupt returns to a goroutine; interrupts masked.
//
//go:nosplit
func press() {
	if idling {
		return // the scheduler's turn is next; see Idle
	}
	now := Now()
	if pressedNS > now {
		return // it is set
	}
	switch d := taskAlarmNS - now; {
	case d > pressNS || d < -servedNS:
		pressedNS = now + pressNS
		alarm(pressedNS)
	case d <= 0:
		alarm(taskAlarmNS) // come, or about to: if it was this interrupt, one too many
	}
}

// servedNS is when an alarm that is still the last one set has been served for sure.
const servedNS = 5000

// pressedNS is what press has set the timer to, 0 if it is set to something else.
var pressedNS int64

// Awake says that the goroutine of doorbell n runs: nobody else need be preempted for it.
// Thread level.
func Awake(n uint32) {
	if pressing&(1<<n) == 0 {
		return
	}
	saved := MaskInterrupts()
	pressing &^= 1 << n
	// If the time of the alarm has come meanwhile the timer is left as press has set it: the
	// interrupt may have been lost to that.
	if pressing == 0 && pressedNS != 0 && taskAlarmNS > Now() {
		pressedNS = 0
		alarm(taskAlarmNS)
	}
	RestoreInterrupts(saved)
}

// sleepMax bounds the one sleep that could miss a wake, see wakeG: under the
// distribution, a goroutine that was interrupted between its last look and its
// sleep, while others keep the processor from becoming idle.
func sleepMax() time.Duration {
	if runtime.GOOS == "tamago" {
		return 100 * time.Millisecond
	}
	return math.MaxInt64
}

// Wait parks the calling goroutine until doorbell n is rung, and takes that
// ring. Thread level only; one goroutine per doorbell.
func Wait(n uint32) {
	b := &bells[n]
	b.g, _ = runtime.GetG()
	for b.rung.Swap(0) == 0 {
		time.Sleep(sleepMax())
	}
	Awake(n)
}
