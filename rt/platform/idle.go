//go:build tamago || parkers

package platform

// Idle waits for the next interrupt, or until untilNS, when the Go scheduler has
// a timer due. The runtime calls it, on the system stack, when no goroutine can
// run.
func Idle(untilNS int64) {
	MaskInterrupts()
	if anyUnparked.Swap(0) != 0 {
		for i := range parkers {
			if b := &parkers[i]; b.unparked.Load() != 0 && b.waiting {
				wakeG(b.g)
			}
		}
		if preemptPending != 0 {
			tryPreempt()
		}
		RestoreInterrupts(enabled)
		return
	}
	timer.settle(interrupts())
	timer.wantTurn(untilNS)
	timer.succeeded()
	preemptPending &^= pendingTurn
	program(Now())
	idleCount++
	idling = true
	wait()
	MaskInterrupts() // a real-time task may set another
	idling = false
	timer.settle(interrupts())
	timer.wantTurn(never)
	program(Now())
	if preemptPending != 0 {
		tryPreempt() // another goroutine may be due as well, and go first
	}
	RestoreInterrupts(enabled)
}

// idling says that the processor is halted by [Idle].
var idling bool

// idleCount is how often the processor was halted.
var idleCount uint64

// Halts returns how often the processor was halted. Thread level.
func Halts() uint64 { return idleCount }

// SetAlarm asks for an interrupt of the timer line at atNS, math.MaxInt64 for none. There is
// one alarm: the later call holds. The line interrupts at other times as well, since the timer
// is shared, and because it cannot count so far; the woken task looks at the clock. Any level.
func SetAlarm(atNS int64) {
	saved := MaskInterrupts()
	timer.settle(interrupts())
	timer.alarm = atNS
	program(Now())
	RestoreInterrupts(saved)
}
