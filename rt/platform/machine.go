//go:build tamago

package platform

import (
	"math"
	"runtime"
	"time"
)

// What [Idle] and the parkers need of the machine and of the Go runtime. Their models have it
// in machine_explore.go, so this is all of the waiting that no model has tried.

// Now is the monotonic clock in nanoseconds since about the start; the time of
// the Go runtime and of [SetAlarm]. Any level.
func Now() (ns int64)

// alarm programs the machine's one-shot timer to interrupt at the time, or turns it off for
// never. It returns the time that it has chosen, which is earlier if the timer cannot count so
// far, and how many interrupts of the timer line do not belong to it: those that were counted,
// and one that is pending. Provided by hal/amd64 and hal/arm.
func alarm(atNS int64) (setNS int64, count uint64)

// interrupts returns how often the timer line has interrupted. Provided by hal/amd64 and
// hal/arm.
func interrupts() (count uint64)

// wakeG makes the goroutine return from time.Sleep, by runtime.WakeG. The
// runtime of boot/port notes the wake even when the goroutine is only on its way
// to sleep; the TamaGo distribution's then fails, and Idle tries again.
func wakeG(gp uint) (failed uint)

// enter runs the real-time executor until its queues are empty, on its own stack, and
// comes back: unless it is at work already, below the caller, or interrupts are
// masked: then as soon as that is over. Provided by hal/amd64 and hal/arm.
func enter()

// getG returns the calling goroutine's, as [wakeG] wants it.
func getG() (gp uint) {
	gp, _ = runtime.GetG()
	return gp
}

// sleep returns when [wakeG] wakes the calling goroutine, or perhaps before.
func sleep() { time.Sleep(sleepMax()) }

// sleepMax bounds the one sleep that could miss a wake, see wakeG: under the
// distribution, a goroutine that was interrupted between its last look and its
// sleep, while others keep the processor from becoming idle.
func sleepMax() time.Duration {
	if runtime.GOOS == "tamago" {
		return 100 * time.Millisecond
	}
	return math.MaxInt64
}
