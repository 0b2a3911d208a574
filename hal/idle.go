//go:build tamago

package hal

import "math"

// alarm programs the machine's one-shot timer to interrupt at the time, or leaves
// it off for math.MaxInt64. Provided by hal/amd64 and hal/arm.
func alarm(atNS int64)

// Now is the monotonic clock in nanoseconds since about the start; the time of
// the Go runtime and of [SetAlarm]. Any level.
func Now() (ns int64)

// taskAlarmNS is when the timer task wants to be woken.
var taskAlarmNS int64 = math.MaxInt64

// Idle waits for the next interrupt, or until untilNS, when the Go scheduler has
// a timer due. The runtime calls it, on the system stack, when no goroutine can
// run.
func Idle(untilNS int64) {
	MaskInterrupts()
	if ringing.Swap(0) != 0 {
		for i := range bells {
			if b := &bells[i]; b.rung.Load() != 0 && b.g != 0 {
				wakeG(b.g)
			}
		}
		if pressing != 0 {
			press()
		}
		RestoreInterrupts(enabled)
		return
	}
	pressedNS = 0
	alarm(min(untilNS, taskAlarmNS))
	idleCount++
	idling = true
	wait()
	MaskInterrupts() // a real-time task may set another
	idling = false
	if untilNS < taskAlarmNS {
		alarm(taskAlarmNS) // the scheduler's took its place
	}
	if pressing != 0 {
		press() // another goroutine may be due as well, and go first
	}
	RestoreInterrupts(enabled)
}

// idling says that the processor is halted by [Idle].
var idling bool

// idleCount is how often the processor was halted.
var idleCount uint64

// Halts returns how often the processor was halted. Thread level.
func Halts() uint64 { return idleCount }

// SetAlarm asks for an interrupt of the timer line at atNS, math.MaxInt64 for
// none. There is one alarm: the later call holds. Any level.
func SetAlarm(atNS int64) {
	saved := MaskInterrupts()
	taskAlarmNS = atNS
	pressedNS = 0
	alarm(atNS)
	if pressing != 0 {
		press() // which this has taken the place of
	}
	RestoreInterrupts(saved)
}
