#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"

#define MSR_FS_BASE 0xc0000100

// The address that the linker takes for the entry point unless told otherwise.
// A board with something to do first names its own entry with -E.
TEXT _rt0_amd64_linux(SB),NOSPLIT|NOFRAME,$0
	JMP	cpuinit(SB)

TEXT _rt0_amd64_linux_lib(SB),NOSPLIT|NOFRAME,$0
	JMP	·abort(SB)

// What rt0_go expects to find where a kernel would have put the arguments:
// argv[0], NULL, no environment, and one auxiliary value, the page size.
DATA portArgv0<>+0(SB)/8, $"kernel\x00\x00"
GLOBL portArgv0<>(SB),RODATA,$8
DATA portArgv<>+0(SB)/8, $portArgv0<>(SB)
DATA portArgv<>+8(SB)/8, $0
DATA portArgv<>+16(SB)/8, $0
DATA portArgv<>+24(SB)/8, $6		// AT_PAGESZ
DATA portArgv<>+32(SB)/8, $4096
DATA portArgv<>+40(SB)/8, $0		// AT_NULL
DATA portArgv<>+48(SB)/8, $0
GLOBL portArgv<>(SB),NOPTR,$56

// cpuinit ends here, on the boot stack, in long mode. g0 is given that stack
// before rt0_go does, because hwinit0 is Go code.
TEXT _rt0_tamago_start(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	CLD
	ANDQ	$~15, SP
	MOVQ	$runtime·g0(SB), DI
	LEAQ	(-64*1024)(SP), AX
	MOVQ	AX, g_stackguard0(DI)
	MOVQ	AX, g_stackguard1(DI)
	MOVQ	AX, (g_stack+stack_lo)(DI)
	MOVQ	SP, (g_stack+stack_hi)(DI)
	LEAQ	runtime·m0+m_tls(SB), DI
	CALL	runtime·settls(SB)
	get_tls(BX)
	LEAQ	runtime·g0(SB), CX
	MOVQ	CX, g(BX)
	LEAQ	runtime·m0(SB), AX
	MOVQ	CX, m_g0(AX)
	MOVQ	AX, g_m(CX)
	MOVQ	CX, R14
	XORPS	X15, X15
	CALL	runtime·hwinit0(SB)
	MOVQ	$1, DI
	MOVQ	$portArgv<>(SB), SI
	JMP	runtime·rt0_go(SB)

// DI: address of the TLS block. ELF addresses it from -8(FS).
TEXT runtime·settls(SB),NOSPLIT,$0
	LEAQ	8(DI), AX
	MOVQ	AX, DX
	SHRQ	$32, DX
	MOVL	$MSR_FS_BASE, CX
	WRMSR
	RET

TEXT runtime·osyield(SB),NOSPLIT,$0
	PAUSE
	RET

// func portMasked() bool
TEXT ·portMasked(SB),NOSPLIT,$0-1
	PUSHFQ
	POPQ	AX
	TESTL	$(1<<9), AX
	SETEQ	ret+0(FP)
	RET

// func portMask() (masked uintptr)
TEXT ·portMask(SB),NOSPLIT,$0-8
	PUSHFQ
	CLI
	POPQ	AX
	ANDL	$(1<<9), AX
	MOVQ	AX, ret+0(FP)
	RET

// func portRestore(masked uintptr)
TEXT ·portRestore(SB),NOSPLIT,$0-8
	MOVQ	masked+0(FP), AX
	TESTL	$(1<<9), AX
	JEQ	stay
	STI
stay:
	RET

// func portUnmask()
// Ends the masked sections of the goroutine that panics or exits.
TEXT ·portUnmask(SB),NOSPLIT|NOFRAME,$0-0
	STI
	RET

// WakeG: AX = g. Takes the first place that is free or holds this g already.
// AX = 0 noted, 1 no room. Changes BX, CX, DX.
TEXT runtime·WakeG(SB),NOSPLIT|NOFRAME,$0-0
	MOVQ	AX, DX
	LEAQ	·portWoken(SB), BX
	MOVQ	$const_portWakes, CX
place:
	CMPQ	DX, (BX)
	JEQ	noted
	XORL	AX, AX
	LOCK
	CMPXCHGQ	DX, (BX)
	JEQ	noted
	ADDQ	$8, BX
	DECQ	CX
	JNE	place
	MOVL	$1, AX
	RET
noted:
	MOVL	$1, AX
	XCHGL	AX, ·portWokenFlag(SB)
	XORL	AX, AX
	RET

// func Wake(gp uint) bool
TEXT runtime·Wake(SB),NOSPLIT,$0-9
	MOVQ	gp+0(FP), AX
	CALL	runtime·WakeG(SB)
	XORQ	$1, AX
	MOVB	AX, ret+8(FP)
	RET

// The registers of a portFrame, and back to what was struck.
#define SAVE \
	PUSHQ	CX; PUSHQ	AX; PUSHQ	DX; PUSHQ	BX; PUSHQ	BP; PUSHQ	SI; PUSHQ	DI; \
	PUSHQ	R15; PUSHQ	R14; PUSHQ	R13; PUSHQ	R12; PUSHQ	R11; PUSHQ	R10; PUSHQ	R9; PUSHQ	R8
#define RETURN \
	POPQ	R8; POPQ	R9; POPQ	R10; POPQ	R11; POPQ	R12; POPQ	R13; POPQ	R14; POPQ	R15; \
	POPQ	DI; POPQ	SI; POPQ	BP; POPQ	BX; POPQ	DX; POPQ	AX; POPQ	CX; \
	ADDQ	$16, SP; IRETQ		// vector and error code off the stack

// Exception is where the exception vectors of hal/amd64 end. On the stack of the
// moment, which is no goroutine's: vector, error code, and the processor's five
// words. See portException. An exception before it is on the stack of signals means that g, or its m,
// is none: that is told as an exception in the handler is, with the only m that there is.
TEXT runtime·Exception(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SAVE
	CLD
	MOVQ	SP, R12			// frame
	MOVQ	CR2, R13
	get_tls(CX)
	MOVL	$1, AX
	XCHGL	AX, ·portEntering(SB)
	TESTL	AX, AX
	JNE	lost
	MOVQ	g(CX), BX		// interrupted g
	MOVQ	g_m(BX), DX
	MOVQ	m_gsignal(DX), R14
	CMPQ	BX, R14
	JEQ	nested
	MOVQ	R14, g(CX)
	MOVQ	(g_stack+stack_hi)(R14), SP
	SUBQ	$64, SP
	ANDQ	$~15, SP
	MOVL	$0, ·portEntering(SB)
	MOVQ	R12, 0(SP)		// f
	MOVQ	R13, 8(SP)		// addr
	MOVQ	BX, 16(SP)		// gp
	MOVQ	R12, 24(SP)
	MOVQ	BX, 32(SP)
	CALL	·portException(SB)
	MOVQ	24(SP), R12
	MOVQ	32(SP), BX
	get_tls(CX)
	MOVQ	BX, g(CX)
	MOVQ	R12, SP
	RETURN
lost:
	LEAQ	·m0(SB), DX
nested:
	SUBQ	$32, SP
	MOVQ	R12, 0(SP)
	MOVQ	R13, 8(SP)
	MOVQ	m_g0(DX), R14		// its bounds do not hold here, but it may print
	MOVQ	R14, g(CX)
	MOVQ	(g_sched+gobuf_sp)(R14), SP
	SUBQ	$256, SP
	ANDQ	$~15, SP
	MOVQ	R12, 0(SP)
	MOVQ	R13, 8(SP)
	CALL	·portNested(SB)
	INT	$3

// Preempt is where an interrupt ends while another goroutine than the interrupted waits
// for its turn; see portPreempt. On the interrupt's stack, interrupts masked, everything
// restored: what the processor pushed is all there is. If a goroutine's stack was struck, or
// the system's, the frame moves to the gsignal stack, and interrupts are on while the state of
// what was struck is looked at.
TEXT runtime·Preempt(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	PUSHQ	AX
	PUSHQ	CX
	PUSHQ	DX
	get_tls(CX)
	MOVQ	g(CX), AX
	CMPQ	AX, R14			// they differ inside of gogo and mcall
	JNE	out
	MOVQ	g_m(AX), CX
	CMPQ	AX, m_curg(CX)
	JEQ	move
	CMPQ	AX, m_g0(CX)
	JNE	out
move:
	MOVQ	m_gsignal(CX), CX
	MOVQ	(g_stack+stack_hi)(CX), DX
	ANDQ	$~15, DX
	SUBQ	$56, DX			// a frame as an exception's, its vector 256
	MOVQ	$256, AX
	MOVQ	AX, 0(DX)
	MOVQ	$0, AX
	MOVQ	AX, 8(DX)
	MOVQ	24(SP), AX		// rip
	MOVQ	AX, 16(DX)
	MOVQ	32(SP), AX		// cs
	MOVQ	AX, 24(DX)
	MOVQ	40(SP), AX		// rflags
	MOVQ	AX, 32(DX)
	MOVQ	48(SP), AX		// rsp
	MOVQ	AX, 40(DX)
	MOVQ	56(SP), AX		// ss
	MOVQ	AX, 48(DX)
	MOVQ	0(SP), AX
	MOVQ	AX, -24(DX)		// dx, where the pushes below will put it
	MOVQ	8(SP), CX
	MOVQ	16(SP), AX
	MOVQ	DX, SP
	MOVQ	-24(SP), DX
	SAVE
	CLD
	MOVQ	SP, R12			// frame
	MOVQ	R14, BX			// gp
	MOVQ	g_m(BX), DX
	MOVQ	m_gsignal(DX), R14
	SUBQ	$(512+48), SP
	ANDQ	$~15, SP
	FXSAVE64 48(SP)
	get_tls(CX)
	MOVQ	R14, g(CX)
	STI
	MOVQ	R12, 0(SP)		// f
	MOVQ	BX, 8(SP)		// gp
	MOVQ	R12, 16(SP)
	MOVQ	BX, 24(SP)
	CALL	·portPreempt(SB)
	CLI
	MOVQ	16(SP), R12
	MOVQ	24(SP), BX
	get_tls(CX)
	MOVQ	BX, g(CX)
	FXRSTOR64 48(SP)
	MOVQ	R12, SP
	RETURN
out:
	POPQ	DX
	POPQ	CX
	POPQ	AX
	IRETQ

// The names of sys_linux_amd64.s.

TEXT runtime·exit(SB),NOSPLIT|NOFRAME,$0-4
	JMP	·portExit(SB)
TEXT runtime·write1(SB),NOSPLIT|NOFRAME,$0-28
	JMP	·portWrite1(SB)
TEXT runtime·open(SB),NOSPLIT|NOFRAME,$0-20
	JMP	·portOpen(SB)
TEXT runtime·read(SB),NOSPLIT|NOFRAME,$0-28
	JMP	·portRead(SB)
TEXT runtime·usleep(SB),NOSPLIT|NOFRAME,$0-4
	JMP	·portUsleep(SB)
TEXT runtime·nanotime1(SB),NOSPLIT|NOFRAME,$0-8
	JMP	·portNanotime(SB)
TEXT runtime·futex(SB),NOSPLIT|NOFRAME,$0-48
	JMP	·portFutex(SB)
TEXT runtime·clone(SB),NOSPLIT|NOFRAME,$0-44
	JMP	·portClone(SB)
TEXT runtime·sigaltstack(SB),NOSPLIT|NOFRAME,$0-16
	JMP	·portSigaltstack(SB)
TEXT runtime·sched_getaffinity(SB),NOSPLIT|NOFRAME,$0-28
	JMP	·portSchedGetaffinity(SB)
TEXT runtime·sysMmap(SB),NOSPLIT|NOFRAME,$0-48
	JMP	·portMmap(SB)
TEXT runtime·raise(SB),NOSPLIT|NOFRAME,$0-4
	JMP	·portRaise(SB)
TEXT runtime·raiseproc(SB),NOSPLIT|NOFRAME,$0-4
	JMP	·portRaise(SB)

TEXT runtime·gettid(SB),NOSPLIT,$0-4
	MOVL	$1, ret+0(FP)
	RET
TEXT ·getpid(SB),NOSPLIT,$0-8
	MOVQ	$1, ret+0(FP)
	RET
TEXT runtime·closefd(SB),NOSPLIT,$0-12
	MOVL	$0, ret+8(FP)
	RET
TEXT runtime·madvise(SB),NOSPLIT,$0-28
	MOVL	$0, ret+24(FP)
	RET
TEXT runtime·mincore(SB),NOSPLIT,$0-28
	MOVL	$-1, ret+24(FP)
	RET
TEXT runtime·rt_sigaction(SB),NOSPLIT,$0-36
	MOVL	$0, ret+32(FP)
	RET
TEXT runtime·timer_create(SB),NOSPLIT|NOFRAME,$0-28
	JMP	·portTimerCreate(SB)
TEXT runtime·timer_settime(SB),NOSPLIT|NOFRAME,$0-28
	JMP	·portTimerSettime(SB)
TEXT runtime·timer_delete(SB),NOSPLIT|NOFRAME,$0-12
	JMP	·portTimerDelete(SB)
TEXT runtime·access(SB),NOSPLIT,$0-20
	MOVL	$-1, ret+16(FP)
	RET
TEXT runtime·connect(SB),NOSPLIT,$0-28
	MOVL	$-1, ret+24(FP)
	RET
TEXT runtime·socket(SB),NOSPLIT,$0-20
	MOVL	$-1, ret+16(FP)
	RET
TEXT runtime·pipe2(SB),NOSPLIT,$0-20
	MOVL	$38, errno+16(FP)
	RET
TEXT runtime·sbrk0(SB),NOSPLIT,$0-8
	MOVQ	$0, ret+0(FP)
	RET
TEXT runtime·callCgoMmap(SB),NOSPLIT,$0-40
	MOVQ	$12, ret+32(FP)
	RET
TEXT runtime·callCgoSigaction(SB),NOSPLIT,$0-28
	MOVL	$-1, ret+24(FP)
	RET

TEXT runtime·rtsigprocmask(SB),NOSPLIT,$0-28
	RET
TEXT runtime·setitimer(SB),NOSPLIT,$0-24
	RET
TEXT runtime·exitThread(SB),NOSPLIT,$0-8
	JMP	·abort(SB)
TEXT ·tgkill(SB),NOSPLIT,$0-24
	RET
TEXT runtime·sysMunmap(SB),NOSPLIT,$0-16
	RET
TEXT runtime·callCgoMunmap(SB),NOSPLIT,$0-16
	RET
TEXT runtime·sigfwd(SB),NOSPLIT,$0-32
	RET
TEXT runtime·sigtramp(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	JMP	·abort(SB)
TEXT runtime·cgoSigtramp(SB),NOSPLIT|NOFRAME,$0
	JMP	·abort(SB)
TEXT runtime·sigreturn__sigaction(SB),NOSPLIT|NOFRAME,$0
	JMP	·abort(SB)
