package runtime

import "unsafe"

// portFrame is what the vector of hal/arm stored before it went to
// runtime·Exception. kind is the vector's offset: 4 undefined instruction,
// 0xc prefetch abort, 0x10 data abort.
type portFrame struct {
	r    [13]uint32
	sp   uint32
	lr   uint32
	pc   uint32
	cpsr uint32
	kind uint32
	addr uint32
	fsr  uint32 // fault status: why, and bit 11 for a write
}

// Permission faults, of sections and pages (ARM ARM B3.13.3): the address is mapped.
const (
	portFaultMask    = 1<<10 | 0xf
	portFaultSection = 0xd
	portFaultPage    = 0xf
)

// What sighandler gets. One of each will do: portNested takes the second fault.
var (
	portInfo    siginfo
	portContext ucontext
)

// portException delivers a processor exception as the signal that linux would
// have sent; see port_exception_amd64.go.
func portException(f *portFrame, gp *g) {
	info, uc := &portInfo, &portContext
	*info, *uc = siginfo{}, ucontext{}
	sig := uint32(_SIGABRT)
	info.si_code = 1
	switch f.kind {
	case 4:
		sig = _SIGILL
	case 0xc, 0x10:
		sig, info.si_code = _SIGSEGV, _SEGV_MAPERR
		info.si_addr = f.addr
		if why := f.fsr & portFaultMask; why == portFaultSection || why == portFaultPage {
			info.si_code = _SEGV_ACCERR
		}
	default:
		print("exception: vector offset ", hex(uint64(f.kind)), "\n")
	}
	info.si_signo = int32(sig)

	mc := &uc.uc_mcontext
	mc.trap_no, mc.fault_address = f.kind, f.addr
	*(*[13]uint32)(unsafe.Pointer(&mc.r0)) = f.r
	mc.sp, mc.lr, mc.pc, mc.cpsr = f.sp, f.lr, f.pc, f.cpsr

	sighandler(sig, info, unsafe.Pointer(uc), gp)

	if mc.pc != f.pc {
		f.cpsr &^= 1 << 7 // a panic runs with interrupts enabled, wherever it struck
	}
	f.r = *(*[13]uint32)(unsafe.Pointer(&mc.r0))
	f.sp, f.lr, f.pc = mc.sp, mc.lr, mc.pc
}

// portPreempt has gp, which an interrupt has struck at f, yield there if it is to and can; see
// port_exception_amd64.go.
func portPreempt(f *portFrame, gp *g) {
	now := nanotime()
	portSample(now, uintptr(f.pc), uintptr(f.sp), uintptr(f.lr), gp)
	if gp == gp.m.g0 {
		portAtSystem(gp.m, now)
		return
	}
	if gp.m.p == 0 {
		return
	}
	if pp := gp.m.p.ptr(); !portMayPreempt(pp, now) {
		portStays(pp)
		return
	}
	uc := &portContext
	c := sigctxt{&portInfo, unsafe.Pointer(uc)}
	mc := &uc.uc_mcontext
	mc.sp, mc.lr, mc.pc = f.sp, f.lr, f.pc
	gp.preempt = true
	doSigPreempt(gp, &c)
	if mc.pc == f.pc {
		portAsk(gp, now) // not there
	} else {
		portYields(now)
	}
	f.sp, f.lr, f.pc = mc.sp, mc.lr, mc.pc
}

// portNested ends everything: the handler itself has faulted.
func portNested(f *portFrame) {
	print("exception in the exception handler: vector offset ", hex(uint64(f.kind)), " pc ", hex(uint64(f.pc)), " address ", hex(uint64(f.addr)), "\n")
	exit(2)
}
