//go:build tamago && arm

package arm

//lint:file-ignore U1000 vectors.s and front.s use these

import (
	"math"
	"unsafe"

	"tamagotake/hal/line"
	"tamagotake/hal/mmio"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"

	"github.com/usbarmory/tamago/arm/gic"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// The way from an interrupt into the real-time executor and back; front.s has the
// instructions. What the processor is doing:
//
//	levelThread  whatever the Go runtime does, or idle
//	levelEntry   interrupt entry, and the executor between polls: interrupts masked
//	levelPoll    a real-time poll: interrupts unmasked
const (
	levelThread = 0
	levelEntry  = 1
	levelPoll   = 2

	pollFaulted = uint8(sched.PollFaulted)
)

var (
	level uint32

	pollSP   uintptr // where the poll under way was called
	threadSP uintptr // of System mode, while the executor uses it
	threadLR uintptr
	threadG  uintptr
	called   uint32 // the executor was entered by a call, so no interrupt is below it

	// faultFrame is what the exception entry found: vector, PC, SP, address, LR.
	faultFrame [5]uintptr
)

// frontG is the g of the real-time executor: the words of runtime.g that compiled code
// reads. The stack's bounds, the guard that prologues compare with, twice, and an m at
// an address that nothing is mapped at. What needs the runtime looks for its m first,
// and faults there before it has changed anything.
var frontG = [64]uintptr{
	gStackLo: stackFront - stackFrontSize,
	gStackHi: stackFront,
	gGuard0:  stackFront - stackFrontSize + stackGuard,
	gGuard1:  stackFront - stackFrontSize + stackGuard,
	gM:       poison,
}

const (
	gStackLo, gStackHi, gGuard0, gGuard1, gM = 0, 1, 2, 3, 6

	stackGuard = 928 // room for the frames of nosplit functions, as in the runtime
)

// The stacks of this package lie in a megabyte of addresses of its own, in which nothing
// else is mapped: below each is a page that faults. Their memory is that which TamaGo
// leaves for exception stacks, and what is free between its tables and the kernel.
const (
	stackRegion = 0xf0000000 // beyond the memory of any board

	stackFront     = stackRegion + 0x3000 // tops
	stackFrontSize = 0x2000
	stackIRQ       = stackRegion + 0x6000
	stackIRQSize   = 0x2000
	stackAbort     = stackRegion + 0x8000
	stackUndef     = stackRegion + 0xa000
	stackOther     = stackRegion + 0xc000
	poison         = stackRegion + 0xf0000

	irqFrame = 32 + 16*8 + 14*4 // of vectors.s

	pageSize = 0x1000
	l1Table  = 0x80004000 // TamaGo's
	l2Table  = 0x8000c800 // behind TamaGo's two

	// A page of memory (ARM ARM B3.5.1, small page): cacheable, privileged, not executable.
	pageAttributes = 1<<4 | 1<<3 | 1<<2 | 1<<1 | 1<<0
)

// stackPages says which page of memory is at which page of the region.
var stackPages = [...]struct{ page, memory uint32 }{
	{0x1000, 0x80008000}, {0x2000, 0x80009000},
	{0x4000, 0x8000a000}, {0x5000, 0x8000b000},
	{0x7000, 0x8000d000}, {0x9000, 0x8000e000}, {0xb000, 0x8000f000},
}

// mapStacks makes the region. The exception stacks that are in use are its memory, so
// interrupts are masked.
func mapStacks() {
	for i := uintptr(0); i < 256; i++ {
		mmio.Write32(l2Table+4*i, 0)
	}
	for _, p := range stackPages {
		mmio.Write32(l2Table+uintptr(p.page/pageSize*4), p.memory|pageAttributes)
	}
	mmio.Write32(l1Table+stackRegion>>20*4, l2Table|1)
	imx6ul.ARM.FlushDataCache()
	imx6ul.ARM.FlushTLBs()
}

// Lines of the processor to itself.
const (
	lineSelf     = 1  // software-generated
	lineWatchdog = 27 // the virtual timer, which nothing else uses

	gicdSGIR = gicc - gic.GICC_OFF + gic.GICD_OFF + 0xf00 // GIC 4.3.15
	sgirSelf = 2<<24 | lineSelf
)

// What front.s calls on the executor's stack. By the address of the code: to the linker,
// which adds frames up along direct calls, all would be one stack.
var (
	nextFunc   = sched.Next
	polledFunc = sched.Polled
	noteFunc   = note
)

// budget is how long a poll may take, in counts of the virtual timer; 0 is for ever.
var budget uint32

// SetBudget bounds the polls of real-time tasks: one that takes longer ends with a
// fault. Thread level.
func SetBudget(ns int64) { budget = uint32(min(uint64(ns)/nsPerCount, math.MaxInt32)) }

func stopWatchdog()

// abort ends the poll that was struck, as if it had faulted. It does not return.
func abort()

// at makes a pointer of a register's address, for single accesses on the way to a task.
func at[T any](addr uintptr) *T { return *(**T)(unsafe.Pointer(&addr)) }

// deliver serves an interrupt and returns what is to be polled.
//
//go:nosplit
func deliver() (cx *task.Context, out, poll uintptr) {
	n := *at[uint32](giccIAR) & numberMask
	if level != levelEntry { // the entry has added 1 to what it struck
		return nested(n)
	}
	if n == LineTimer {
		stopTimer()
	}
	if n < line.Lines && line.IsDirect(uint8(n)) && sched.Quiet() {
		*at[uint32](giccEOIR) = n
		if cx, out, poll = sched.Direct(line.Direct(uint8(n))); poll != 0 {
			return cx, out, poll
		}
		return sched.Interrupted(line.Waker(uint8(n)), false)
	}
	return indirect(n)
}

// indirect serves the interrupts of lines that are not a real-time task's, or are to be
// masked, and those that are no line's.
//
//go:nosplit
func indirect(n uint32) (cx *task.Context, out, poll uintptr) {
	if own(n) {
		return sched.Next()
	}
	return sched.Interrupted(line.Deliver(n))
}

// own serves the interrupts that are no line's.
//
//go:nosplit
func own(n uint32) bool {
	switch n {
	case lineSelf:
		*at[uint32](giccEOIR) = n
	case lineWatchdog:
		stopWatchdog()
		*at[uint32](giccEOIR) = n
	default:
		if n < numberSpurious {
			return false
		}
		spurious++
	}
	return true
}

// nested serves an interrupt that has struck a poll.
//
//go:nosplit
func nested(n uint32) (cx *task.Context, out, poll uintptr) {
	if own(n) {
		if n == lineWatchdog && budget != 0 {
			abort()
		}
		return nil, 0, 0
	}
	w, _ := line.Deliver(n)
	sched.Nested(w)
	return nil, 0, 0
}

// note keeps what the exception entry has found, or that the budget was exceeded:
// vector 256.
//
//go:nosplit
func note() {
	kind := task.FaultMemory
	switch faultFrame[0] {
	case 4:
		kind = task.FaultInstruction
	case 256:
		kind = task.FaultBudget
	}
	f := sched.NoteFault(kind, faultFrame[1], faultFrame[3])
	f.LR = faultFrame[4]
	if sp := faultFrame[2]; sp >= stackFront-stackFrontSize && sp < stackFront {
		f.KeepStack(sp, stackFront)
	}
}

// InterruptedPC returns where the interrupt struck by which the executor was entered. In
// a poll only.
//
//go:nosplit
func InterruptedPC() uintptr { return *at[uintptr](stackIRQ - 4) }
