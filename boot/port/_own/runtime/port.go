// The operating-system layer of package runtime on bare metal.
//
// The linux port stays compiled in; what it asks of a kernel is answered here.
// Three parts: this file holds what the runtime needs to live (start, memory,
// time, idle), port_syscall.go what is left of system calls, port_exception.go
// how a CPU exception becomes a signal. Assembly is in port_{amd64,arm}.s.
//
// One processor, one M: beforeIdle always says that there is more to do, so the
// M never parks and no thread is ever asked for.

package runtime

import (
	"internal/runtime/atomic"
	"runtime/goos"
	"unsafe"
)

// Constants that went away with mem_linux.go.
const (
	_EACCES = 13
	_EINVAL = 22
)

// portThreads stands where the runtime would start a thread of its own.
const portThreads = false

// hwinit0 runs on the boot stack before rt0_go. The page size is needed at once
// because the break is rounded to it.
//
//go:nosplit
func hwinit0() {
	physPageSize = 4096
	bloc = alignUp(firstmoduledata.end, physPageSize)
	blocMax = bloc
	goos.Hwinit0()
}

// hwinit1 is called at the end of schedinit.
func hwinit1() {
	portStartWall()
	portLimitHeap()
	goos.Hwinit1()
}

// sbrk moves the break up, as mem_sbrk.go wants it: nil when there is no more.
// The boot stack is the end of memory, with one page below it that stays free; see
// [BootGuard]. Fresh memory is cleared here, since on hardware nobody else has.
func sbrk(n uintptr) unsafe.Pointer {
	start := bloc
	n = alignUp(n, physPageSize)
	end := start + n
	if end < start || end > uintptr(BootGuard()) {
		return nil
	}
	if end > blocMax {
		fresh := max(start, blocMax)
		memclrNoHeapPointers(unsafe.Pointer(fresh), end-fresh)
		blocMax = end
	}
	bloc = end
	return unsafe.Pointer(start)
}

// BootGuard returns the address of the page below the boot stack, which is no memory of the
// heap: the board makes it a guard page.
func BootGuard() uint {
	return uint(alignDown(g0.stack.lo, physPageSize) - physPageSize)
}

// FirstVariable returns the address of the module data, which is the first that is written of
// what the linker lays out for writing: only the build information lies before it.
func FirstVariable() uint { return uint(uintptr(unsafe.Pointer(&firstmoduledata))) }

// beforeIdle is called by findRunnable when there is no goroutine to run.
//
//go:yeswritebarrierrec
func beforeIdle(now, pollUntil int64) (*g, bool) {
	if goos.Idle != nil {
		if pollUntil == 0 {
			pollUntil = maxWhen // no timer at all
		}
		start := nanotime()
		portCharge(start)
		if gp := portCollect(start); gp != nil {
			return gp, false
		}
		goos.Idle(pollUntil)
		portForgets()
		halted := nanotime() - start
		sched.idleTime.Add(halted)
		portProfileHalted(halted)
	}
	return nil, true
}

// Sleepers that are to be woken, by address of their g. [WakeG] puts them here
// from any level, interrupt entry included; the scheduler takes them out at its
// next turn. An entry stays until its goroutine really sleeps, so a wake that
// comes while the goroutine is still on its way to sleep is not lost.
//
// There is a place for each goroutine that the board has parked, eight at most, and for each of
// portNotes, so there is always one.
//
// Rejected: rewriting the goroutine's timer from the interrupt. The interrupt
// may have struck in the middle of the heap operation that moves that timer.
var (
	portWoken     [portWakes]uintptr
	portWokenFlag uint32
)

const portWakes = 8 + len(portNotes)

// portWakeSleepers is called at the top of findRunnable, which has a P there.
//
//go:yeswritebarrierrec
func portWakeSleepers() {
	atomic.Store(&portWokenFlag, 0)
	for i := range portWoken {
		p := atomic.Loaduintptr(&portWoken[i])
		if p == 0 {
			continue
		}
		gp := *(**g)(unsafe.Pointer(&p)) // a g is never freed
		if readgstatus(gp) != _Gwaiting || gp.waitreason != waitReasonSleep || gp.timer == nil {
			atomic.Store(&portWokenFlag, 1)
			continue
		}
		atomic.Storeuintptr(&portWoken[i], 0)
		gp.timer.modify(1, 0, nil, nil, 0)
	}
}

// GetG returns the addresses of the running g and of its p.
func GetG() (gp uint, pp uint) {
	g := getg()
	return uint(uintptr(unsafe.Pointer(g))), uint(g.m.p)
}

// portUnmask enables interrupts. A panic or Goexit calls it, since it leaves the goroutine's masked
// sections, and the function that recovers does not know of them. A fault does the same, see
// portException.
func portUnmask()

// portMasked reports whether interrupts are masked.
func portMasked() bool

// portMask masks interrupts and returns what to give portRestore.
func portMask() (masked uintptr)

func portRestore(masked uintptr)

// What TamaGo's assembly calls. Go 1.27 links assembly to functions of another package only if
// that says so.
//
//go:linkname systemstack

// portEntering is set while an exception finds the stack of signals.
var portEntering uint32

// Exception and Preempt are where hal/ARCH goes with an exception at thread level, and with an
// interrupt after which the goroutine is to yield: see portException and portPreempt.
//
//go:linkname Exception
func Exception()

//go:linkname Preempt
func Preempt()

// WakeG makes a goroutine that is in time.Sleep, or about to be, return from it.
// It is for assembly: address of the g in AX (R0 on arm), there 0 is returned if
// it was noted and 1 if there was no room. It may be called at any level.
//
//go:linkname WakeG
func WakeG()

// Wake is WakeG for Go code.
func Wake(gp uint) bool

// portUnwake takes back a wake by [WakeG] that has not ended a sleep.
//
//go:linkname portUnwake
func portUnwake(gp uint) {
	for i := range portWoken {
		atomic.Casuintptr(&portWoken[i], uintptr(gp), 0)
	}
}

// Asleep reports whether the goroutine is in time.Sleep.
func Asleep(gp uint) bool {
	g := *(**g)(unsafe.Pointer(&gp))
	return readgstatus(g) == _Gwaiting && g.waitreason == waitReasonSleep
}

// GetRandomData fills r from the board's source.
func GetRandomData(r []byte) {
	goos.GetRandomData(r)
}

// vgetrandom is how crypto/rand and os ask for random bytes on linux: with a P,
// on a goroutine, before any system call. The board's source may allocate.
//
//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (ret int, supported bool) {
	goos.GetRandomData(p)
	return len(p), true
}

func vgetrandomInit()         {}
func vgetrandomDestroy(mp *m) {}
func portMemStart() uintptr   { return uintptr(goos.RamStart) }
func portMemEnd() uintptr     { return uintptr(goos.RamStart) + uintptr(goos.RamSize) }
func portRandomInit(r []byte) { goos.InitRNG(); goos.GetRandomData(r) }
