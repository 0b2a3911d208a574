package runtime

import "unsafe"

// portFrame is what lies on the exception stack when portException is called:
// the registers as runtime·Exception pushed them, below what the vector and the
// processor pushed (Intel SDM volume 3, 6.14.2).
type portFrame struct {
	r8, r9, r10, r11, r12, r13, r14, r15 uint64
	rdi, rsi, rbp, rbx, rdx, rax, rcx    uint64
	vector, err                          uint64
	rip, cs, rflags, rsp, ss             uint64
}

// What sighandler gets. One of each will do: portNested takes the second fault.
var (
	portInfo    siginfo
	portContext ucontext
)

// portException delivers a processor exception as the signal that linux would
// have sent, to the runtime's own handler: a nil dereference in Go code becomes
// a panic, all else the usual crash report. It runs on the gsignal stack; what
// it changes in f is what the processor goes on with.
//
// Rejected: an own decision what may panic. The runtime's takes the state of the
// M, of the heap and of the goroutine into account and is kept up with them.
func portException(f *portFrame, addr uintptr, gp *g) {
	info, uc := &portInfo, &portContext
	*info, *uc = siginfo{}, ucontext{}
	info.si_code = 1
	sig := uint32(_SIGABRT)
	switch f.vector {
	case 0: // divide error
		sig, info.si_code = _SIGFPE, _FPE_INTDIV
	case 1, 3: // debug, breakpoint
		sig = _SIGTRAP
	case 6: // invalid opcode
		sig = _SIGILL
	case 12, 13: // stack segment, general protection: no address is known
		sig, info.si_code = _SIGSEGV, 0x80
	case 14: // page fault; error code bit 0: the page was present
		sig, info.si_code = _SIGSEGV, _SEGV_MAPERR+int32(f.err&1)
		info.si_addr = uint64(addr)
	case 16, 19: // x87, SIMD
		sig, info.si_code = _SIGFPE, _FPE_FLTINV
	case 17: // alignment
		sig = _SIGBUS
	default:
		print("exception: vector ", f.vector, " error ", hex(f.err), "\n")
	}
	info.si_signo = int32(sig)

	mc := (*sigcontext)(unsafe.Pointer(&uc.uc_mcontext))
	*(*[15]uint64)(unsafe.Pointer(&mc.r8)) = *(*[15]uint64)(unsafe.Pointer(&f.r8))
	mc.rsp, mc.rip, mc.eflags, mc.cs = f.rsp, f.rip, f.rflags, uint16(f.cs)
	mc.err, mc.trapno, mc.cr2 = f.err, f.vector, uint64(addr)

	sighandler(sig, info, unsafe.Pointer(uc), gp)

	if mc.rip != f.rip {
		mc.eflags |= 1 << 9 // a panic runs with interrupts enabled, wherever it struck
	}
	*(*[15]uint64)(unsafe.Pointer(&f.r8)) = *(*[15]uint64)(unsafe.Pointer(&mc.r8))
	f.rsp, f.rip, f.rflags = mc.rsp, mc.rip, mc.eflags
}

// portPreempt has gp, which an interrupt has struck at f, yield there if it is to and can: the
// signal by which the runtime preempts a goroutine that does not yield, without the signal. It runs
// on the gsignal stack, interrupts unmasked.
//
// Rejected: to leave it to the goroutine. What was woken, the executor of tasks at thread
// level, is as urgent as the interrupt was.
func portPreempt(f *portFrame, gp *g) {
	now := nanotime()
	portSample(now, uintptr(f.rip), uintptr(f.rsp), uintptr(0), gp)
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
	mc := (*sigcontext)(unsafe.Pointer(&uc.uc_mcontext))
	mc.rsp, mc.rip = f.rsp, f.rip
	gp.preempt = true
	doSigPreempt(gp, &c)
	if mc.rip == f.rip {
		portAsk(gp, now) // not there
	} else {
		portYields(now)
	}
	f.rsp, f.rip = mc.rsp, mc.rip
}

// portNested ends everything: the handler itself has faulted.
func portNested(f *portFrame, addr uintptr) {
	print("exception in the exception handler: vector ", f.vector, " pc ", hex(f.rip), " address ", hex(addr), "\n")
	exit(2)
}
