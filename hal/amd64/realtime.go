//go:build tamago && amd64

package amd64

//lint:file-ignore U1000 vectors.s and realtime.s use these

import (
	"math"
	_ "unsafe"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
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

var (
	level int32 = levelThread

	pollSP   uintptr // where the poll under way was called
	threadSP uintptr // of the thread that has entered the executor by a wake
	threadG  uintptr

	// pollMXCSR is what each poll begins with: all exceptions masked, none noted, round to
	// nearest, as the processor begins (Intel SDM 10.2.3). A thread that enters the executor
	// by a wake keeps its own.
	pollMXCSR   uint32 = 0x1f80
	threadMXCSR uint32

	// faultFrame is what the exception entry found: vector, error code, RIP, RSP, CR2, BP.
	faultFrame [6]uintptr
)

// tssIST1 is where the segment has the interrupt stack; vectors.s writes it.
const tssIST1 = 36

// realtimeG is the g of the real-time executor: the words of runtime.g that compiled code
// reads. The stack's bounds, the guard that prologues compare with, twice, and an m at
// an address that no processor accepts. What needs the runtime looks for its m first,
// and faults there before it has changed anything.
var realtimeG = [64]uintptr{
	gStackLo: realtimeStackLo,
	gStackHi: realtimeStackHi,
	gGuard0:  realtimeStackLo + stackGuard,
	gGuard1:  realtimeStackLo + stackGuard,
	gM:       poison,
}

const (
	gStackLo, gStackHi, gGuard0, gGuard1, gM = 0, 1, 2, 3, 6

	realtimeStackHi = stackRegion + istInterrupt*(stackSize+pageSize)
	realtimeStackLo = realtimeStackHi - stackSize
	nestedTop       = stackRegion + istNested*(stackSize+pageSize)
	stackGuard      = 928 // room for the frames of nosplit functions, as in the runtime

	poison = 0xdead000000000000
)

// What realtime.s calls, by the code's address: assembly outside the runtime cannot name
// functions with arguments in registers.
var (
	deliverFunc    = deliver
	othersFunc     = others
	nestedFunc     = nested
	nextFunc       = sched.Next
	polledFunc     = sched.Polled
	noteFunc       = note
	tryPreemptFunc = tryPreempt
)

//go:linkname tryPreempt github.com/tamagotake/tamagotake/rt/platform.tryPreempt
func tryPreempt() (try bool)

// budget is how long a poll may take, in counts of the timer; 0 is for ever. grace is how much
// longer, when it has used that up once; see [sched.Overdue].
var budget, grace uint32

// SetBudget bounds the polls of real-time tasks: one that takes longer, and [sched.Grace] more,
// ends with a fault. 0 is for ever. It returns what they are bounded to, which is less if the timer
// cannot count so far. Thread level.
func SetBudget(ns int64) (setNS int64) {
	perUS := uint64(clock.TimerHz / 1e6)
	setNS = min(max(ns, 0), int64(math.MaxUint32/perUS*1e3))
	counts := func(ns int64) uint32 { return uint32(uint64(ns) * perUS / 1e3) }
	budget, grace = counts(setNS), counts(sched.Grace(setNS))
	return setNS
}

// deliver serves an interrupt, of vector n, of a line that is a real-time task's, when that
// task can be polled at once, and returns what is to be polled. Otherwise it does nothing
// and returns 0 for poll, and the interrupt is for [others]: deliver calls nothing, so it
// has no frame.
//
//go:nosplit
func deliver(n uintptr) (out uintptr, cx *task.Context, poll uintptr) {
	v := uint32(uint8(n))
	if irq.IsDirect(v) && sched.Quiet() {
		if w := irq.Waker(v); w.Idle() {
			irq.Count(v)
			*at[uint32](lapicEOI) = 0
			return sched.Direct(w)
		}
	}
	return n, nil, 0
}

// others serves the interrupts that deliver does not.
//
//go:nosplit
func others(n uintptr) (out uintptr, cx *task.Context, poll uintptr) {
	switch n {
	case vectorBudget: // came when the poll was over
		*at[uint32](lapicEOI) = 0
		return sched.Next()
	case vectorSelf:
		*at[uint32](lapicEOI) = 0
		nmi()
		return sched.Next()
	}
	return sched.Interrupted(irq.Deliver(uint32(n)))
}

// nested serves an interrupt that has struck a poll.
//
//go:nosplit
func nested(n uintptr) {
	switch n {
	case vectorBudget:
		*at[uint32](lapicEOI) = 0
		if budget == 0 || mmio.Read32(lapicCurrent) != 0 {
			return // that of the poll before
		}
		if grace == 0 || sched.Overdue() {
			abort() // does not return
		}
		mmio.Write32(lapicInitial, grace)
		return
	case vectorSelf:
		*at[uint32](lapicEOI) = 0
		nmi()
		return
	}
	w, _ := irq.Deliver(uint32(n))
	sched.Nested(w)
}

// abort ends the poll that was struck, as if it had faulted.
func abort()

// atThreadLevel is [platform.AtThreadLevel].
func atThreadLevel() bool

// nmis counts non-maskable interrupts. Since they come also where interrupts are masked,
// the entry only counts and sends the processor an interrupt that can be masked.
var nmis, nmisSeen uint64

//go:nosplit
func nmi() {
	for ; nmisSeen != nmis; nmisSeen++ {
		w, _ := irq.Deliver(LineNMI)
		sched.Nested(w)
	}
}

// restoreAlarm sets the timer to what it was set to before polls were bounded with it.
//
//go:nosplit
func restoreAlarm() {
	if budget == 0 {
		return
	}
	mmio.Write32(lapicInitial, 0) // a budget that ends now must not interrupt as the timer
	mmio.Write32(lapicTimer, vectorTimer)
	rearm()
}

//go:linkname rearm github.com/tamagotake/tamagotake/rt/platform.rearm
func rearm()

// note keeps what the exception entry has found, or that the budget was exceeded:
// vector 256.
//
//go:nosplit
func note() {
	kind := task.FaultOther
	addr := faultFrame[4]
	switch faultFrame[0] {
	case 0, 16, 19:
		kind = task.FaultArithmetic
	case 6:
		kind = task.FaultInstruction
	case 8, 12, 13:
		kind = task.FaultMemory
	case 14:
		kind = pageFault(addr, faultFrame[1])
	case 256:
		kind = task.FaultBudget
	}
	sched.NoteFault(kind, faultFrame[2], addr)
	called := faultFrame[0] == 14 && faultFrame[1]&errorFetch != 0
	if sp := faultFrame[3]; called && sp >= realtimeStackLo && sp < pollSP {
		sched.NoteCaller(*at[uintptr](sp)) // there is no frame of what was called
	}
	noteCallers(faultFrame[5])
}

// Of the error code of a page fault (Intel SDM 4.7).
const (
	errorPresent = 1 << 0
	errorWrite   = 1 << 1
	errorFetch   = 1 << 4
)

//go:nosplit
func pageFault(addr, code uintptr) task.FaultKind {
	switch {
	case addr < pageSize:
		return task.FaultNil
	case code&errorFetch != 0:
		return task.FaultExecute
	case code&(errorPresent|errorWrite) == errorPresent|errorWrite:
		return task.FaultWrite
	}
	return task.FaultMemory
}

// noteCallers follows the frame pointers from bp to where the poll was called, and notes
// return addresses.
//
//go:nosplit
func noteCallers(bp uintptr) {
	for bp >= realtimeStackLo && bp < pollSP && bp%8 == 0 {
		up := *at[uintptr](bp)
		if !sched.NoteCaller(*at[uintptr](bp + 8)) || up <= bp {
			return
		}
		bp = up
	}
}

// InterruptedPC returns the PC that was interrupted when the executor was entered. In
// a poll only.
//
//go:nosplit
func InterruptedPC() uintptr { return *at[uintptr](realtimeStackHi - 40) }
