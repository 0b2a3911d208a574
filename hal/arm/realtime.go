//go:build tamago && arm

package arm

//lint:file-ignore U1000 vectors.s and realtime.s use these

import (
	"math"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"

	"github.com/usbarmory/tamago/arm/gic"
)

// The way from an interrupt into the real-time executor and back; realtime.s has the
// instructions. What the processor is doing:
//
//	levelThread  whatever the Go runtime does, or idle
//	levelEntry   interrupt entry, and the executor between polls: interrupts masked
//	levelPoll    a real-time poll: interrupts unmasked
//
// [platform.RestoreInterrupts] unmasks none where this is even.
//
// An entry adds 1, which makes 0 of the thread, so that one jump tells the two cases, and
// 2, which is none of the three, of a poll.
const (
	levelThread = -1
	levelEntry  = 0
	levelPoll   = 1

	pollFaulted = uint8(sched.PollFaulted)
)

// realtime is what the entry and the executor keep. First the g of the executor: the words of
// runtime.g that compiled code reads. The stack's bounds, the guard that prologues compare
// with, twice, and an m at an address that nothing is mapped at. What needs the runtime
// looks for its m first, and faults there before it has changed anything.
//
// The rest lies behind it, because g is in a register wherever it is used, and a variable
// of its own costs the load of its address.
var realtime = realtimeState{
	g: [64]uintptr{
		gStackLo: stackRealtime - stackRealtimeSize,
		gStackHi: stackRealtime,
		gGuard0:  stackRealtime - stackRealtimeSize + stackGuard,
		gGuard1:  stackRealtime - stackRealtimeSize + stackGuard,
		gM:       poison,
	},
	level: levelThread,
}

type realtimeState struct {
	g     [64]uintptr
	level int32

	// budget is how long a poll may take, in counts of the virtual timer; 0 is for ever.
	budget uint32

	called   uint32 // the executor was entered by a call, so no interrupt is below it
	threadSP uintptr
	threadLR uintptr
	threadG  uintptr

	// threadFPSCR is the status of that thread's vector registers. Each poll begins with 0:
	// nothing noted, no trap, round to nearest, subnormal numbers as they are.
	threadFPSCR uint32

	// fault is what the exception entry found: vector, PC, SP, address, LR, fault status.
	fault [6]uintptr
}

const (
	gStackLo, gStackHi, gGuard0, gGuard1, gM = 0, 1, 2, 3, 6

	stackGuard = 928 // room for the frames of nosplit functions, as in the runtime
)

const (
	irqFrame = 16*8 + 4 + 15*4 + 8 // of vectors.s

	// The frame in which the executor's stack begins, of realtime.s: every poll is called there.
	realtimeFrame = stackRealtime - 24
)

// Lines of the processor to itself.
const (
	lineSelf     = 1  // software-generated
	lineWatchdog = 27 // the virtual timer, which nothing else uses

	gicdSGIR = gicc - gic.GICC_OFF + gic.GICD_OFF + 0xf00 // GIC 4.3.15
	sgirSelf = 2<<24 | lineSelf
)

// grace is how many counts a poll goes on when it has used its budget up once; see
// [sched.Overdue].
var grace uint32

// SetBudget bounds the polls of real-time tasks: one that takes longer, and [sched.Grace] more,
// ends with a fault. 0 is for ever. It returns what they are bounded to, which is less if the timer
// cannot count so far. Thread level.
func SetBudget(ns int64) (setNS int64) {
	setNS = min(max(ns, 0), math.MaxInt32*int64(nsPerCount))
	counts := func(ns int64) uint32 { return uint32(uint64(ns) / nsPerCount) }
	realtime.budget, grace = counts(setNS), counts(sched.Grace(setNS))
	return setNS
}

func stopWatchdog()

// startWatchdog has the virtual timer interrupt after so many counts.
func startWatchdog(counts uint32)

// abort ends the poll that was struck, as if it had faulted. It does not return.
func abort()

// watchdogExpired reports whether the virtual timer has counted down.
func watchdogExpired() bool

// restoreInterrupts is [platform.RestoreInterrupts].
func restoreInterrupts(saved uintptr)

// atThreadLevel is [platform.AtThreadLevel].
func atThreadLevel() bool

// at makes a pointer of a register's address, for single accesses on the way to a task.
func at[T any](addr uintptr) *T { return *(**T)(unsafe.Pointer(&addr)) }

// deliver serves an interrupt of a line that is a real-time task's, when that task can be
// polled at once, and returns what is to be polled. Otherwise it does nothing and returns 0
// for poll, and the interrupt is for [others]: deliver calls nothing, so it has no frame.
//
// n is as the controller gave it: with the number of the processor if a processor has sent
// it, which no line is.
//
//go:nosplit
func deliver(n uint32) (out uintptr, cx *task.Context, poll uintptr) {
	if n < irq.Lines && irq.IsDirect(n) && sched.Quiet() {
		if w := irq.Waker(n); w.Idle() {
			irq.Count(n)
			*at[uint32](giccEOIR) = n
			return sched.Direct(w)
		}
	}
	return uintptr(n), nil, 0
}

// others serves the interrupts that deliver does not.
//
//go:nosplit
func others(n uint32) (out uintptr, cx *task.Context, poll uintptr) {
	if own(n) {
		return sched.Next()
	}
	return sched.Interrupted(irq.Deliver(n & numberMask))
}

// own serves the interrupts that are no line's.
//
//go:nosplit
func own(n uint32) bool {
	switch n & numberMask {
	case lineSelf:
		*at[uint32](giccEOIR) = n
	case lineWatchdog:
		stopWatchdog()
		*at[uint32](giccEOIR) = n
	default:
		if n&numberMask < numberSpurious {
			return false
		}
		spurious++
	}
	return true
}

// nested serves an interrupt that has struck a poll.
//
//go:nosplit
func nested(n uint32) {
	if n < irq.Lines && irq.IsDirect(n) {
		irq.Count(n)
		*at[uint32](giccEOIR) = n
		sched.Nested(irq.Waker(n))
		return
	}
	if n == lineWatchdog && !watchdogExpired() {
		*at[uint32](giccEOIR) = n // the end of the budget of the poll before
		return
	}
	if own(n) {
		if n == lineWatchdog && realtime.budget != 0 {
			if grace == 0 || sched.Overdue() {
				abort()
			}
			startWatchdog(grace)
		}
		return
	}
	w, _ := irq.Deliver(n & numberMask)
	sched.Nested(w)
}

// The vectors of the exceptions that have an address, and of a data abort's status that it
// was a write, and why it was refused (ARM ARM B4.1.52, DFSR; B3.13.3).
const (
	vectorPrefetchAbort = 0xc
	vectorDataAbort     = 0x10

	statusWrite   = 1 << 11
	statusWhy     = 1<<10 | 0xf
	statusSection = 0xd // no permission
	statusPage    = 0xf
)

//go:nosplit
func abortKind(vector, addr, status uintptr) task.FaultKind {
	why := status & statusWhy
	switch {
	case addr < pageSize:
		return task.FaultNil
	case vector == vectorPrefetchAbort:
		return task.FaultExecute
	case status&statusWrite != 0 && (why == statusSection || why == statusPage):
		return task.FaultWrite
	}
	return task.FaultMemory
}

// note keeps what the exception entry has found, or that the budget was exceeded:
// vector 256.
//
//go:nosplit
func note() {
	kind := task.FaultMemory
	switch realtime.fault[0] {
	case 4:
		kind = task.FaultInstruction
	case vectorPrefetchAbort, vectorDataAbort:
		kind = abortKind(realtime.fault[0], realtime.fault[3], realtime.fault[5])
	case 256:
		kind = task.FaultBudget
	}
	sched.NoteFault(kind, realtime.fault[1], realtime.fault[3])
	if sp := realtime.fault[2]; sp >= stackRealtime-stackRealtimeSize && sp < stackRealtime && sp%4 == 0 {
		sched.NoteStack(realtime.fault[4], sp, stackRealtime)
	}
}

// InterruptedPC returns the PC that was interrupted when the executor was entered. In
// a poll only.
//
//go:nosplit
func InterruptedPC() uintptr { return *at[uintptr](stackIRQ - 8) }
