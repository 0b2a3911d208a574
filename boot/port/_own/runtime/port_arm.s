#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"

// The address that the linker takes for the entry point unless told otherwise.
TEXT _rt0_arm_linux(SB),NOSPLIT|NOFRAME,$0
	B	cpuinit(SB)

TEXT _rt0_arm_linux_lib(SB),NOSPLIT|NOFRAME,$0
	B	·abort(SB)

// What rt0_go expects to find where a kernel would have put the arguments:
// argv[0], NULL, no environment, and the auxiliary values: the page size, and
// that there is floating-point hardware, without which start-up would stop.
DATA portArgv0<>+0(SB)/8, $"kernel\x00\x00"
GLOBL portArgv0<>(SB),RODATA,$8
DATA portArgv<>+0(SB)/4, $portArgv0<>(SB)
DATA portArgv<>+4(SB)/4, $0
DATA portArgv<>+8(SB)/4, $0
DATA portArgv<>+12(SB)/4, $6		// AT_PAGESZ
DATA portArgv<>+16(SB)/4, $4096
DATA portArgv<>+20(SB)/4, $16		// AT_HWCAP
DATA portArgv<>+24(SB)/4, $0x2040	// VFP | VFPv3
DATA portArgv<>+28(SB)/4, $0		// AT_NULL
DATA portArgv<>+32(SB)/4, $0
GLOBL portArgv<>(SB),NOPTR,$36

// cpuinit ends here, on the boot stack, in System mode. g0 is given that stack
// before rt0_go does, because hwinit0 is Go code.
TEXT _rt0_tamago_start(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	$runtime·g0(SB), g
	MOVW	$runtime·m0(SB), R8
	MOVW	g, m_g0(R8)
	MOVW	R8, g_m(g)
	BIC	$7, R13
	MOVW	$(-64*1024)(R13), R0
	MOVW	R0, g_stackguard0(g)
	MOVW	R0, g_stackguard1(g)
	MOVW	R0, (g_stack+stack_lo)(g)
	MOVW	R13, (g_stack+stack_hi)(g)
	BL	runtime·hwinit0(SB)
	MOVW	$1, R0
	MOVW	$portArgv<>(SB), R1
	B	runtime·rt0_go(SB)

TEXT runtime·osyield(SB),NOSPLIT,$0
	WORD	$0xe320f001	// yield
	RET

// With GOARM=7 the barrier instruction is there.
TEXT ·publicationBarrier(SB),NOSPLIT|NOFRAME,$0-0
	B	runtime·armPublicationBarrier(SB)

TEXT runtime·read_tls_fallback(SB),NOSPLIT|NOFRAME,$0
	B	·abort(SB)

// func portMasked() bool
TEXT ·portMasked(SB),NOSPLIT,$0-1
	WORD	$0xe10f0000	// mrs r0, cpsr
	MOVW	R0>>7, R0
	AND	$1, R0
	MOVB	R0, ret+0(FP)
	RET

// func portMask() (masked uintptr)
TEXT ·portMask(SB),NOSPLIT,$0-4
	WORD	$0xe10f0000	// mrs r0, cpsr
	WORD	$0xf10c0080	// cpsid i
	AND	$0x80, R0
	MOVW	R0, ret+0(FP)
	RET

// func portRestore(masked uintptr)
TEXT ·portRestore(SB),NOSPLIT,$0-4
	MOVW	masked+0(FP), R0
	CMP	$0, R0
	B.NE	stay
	WORD	$0xf1080080	// cpsie i
stay:
	RET

// func portUnmask()
// Ends the masked sections of the goroutine that panics or exits.
TEXT ·portUnmask(SB),NOSPLIT|NOFRAME,$0-0
	WORD	$0xf1080080	// cpsie i
	RET

// WakeG: R0 = g. Takes the first place that is free or holds this g already.
// R0 = 0 noted, 1 no room. Changes R1, R2, R3.
TEXT runtime·WakeG(SB),NOSPLIT|NOFRAME,$0-0
	MOVW	$·portWoken(SB), R1
	ADD	$(const_portWakes*4), R1, R2
place:
	LDREX	(R1), R3
	CMP	R0, R3
	B.EQ	noted
	CMP	$0, R3
	B.NE	next
	STREX	R0, (R1), R3
	CMP	$0, R3
	B.NE	place
	B	noted
next:
	ADD	$4, R1
	CMP	R2, R1
	B.NE	place
	MOVW	$1, R0
	RET
noted:
	DMB	MB_ISH
	MOVW	$·portWokenFlag(SB), R1
	MOVW	$1, R0
	MOVW	R0, (R1)
	DMB	MB_ISH
	MOVW	$0, R0
	RET

// func Wake(gp uint) bool
TEXT runtime·Wake(SB),NOSPLIT,$0-5
	MOVW	gp+0(FP), R0
	BL	runtime·WakeG(SB)
	EOR	$1, R0
	MOVB	R0, ret+4(FP)
	RET

// CallOnG0: R0 = vector offset, R1 = function, R2 = bytes the vector pushed,
// R3 = interrupted pc. TamaGo's own vectors end here; they end the system, since
// hal/arm takes their place before anything can fault.
TEXT runtime·CallOnG0(SB),NOSPLIT|NOFRAME,$0-0
	B	·abort(SB)

// Exception is where the exception vectors of hal/arm end: in System mode,
// interrupts masked, R0 = frame, which lies on the stack of the abort or
// undefined mode. See portException. The return goes through the vector's own
// code, whose address is in R1, with R0 = frame again. An exception before it is on the stack of
// signals means that g, or its m, is none; see port_amd64.s.
TEXT runtime·Exception(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	·portEntering(SB), R2
	CMP	$0, R2
	B.NE	lost
	MOVW	$1, R2
	MOVW	R2, ·portEntering(SB)
	MOVW	g_m(g), R2
	MOVW	m_gsignal(R2), R3
	CMP	g, R3
	B.EQ	nested
	MOVW	g, R4
	MOVW	R3, g
	MOVW	(g_stack+stack_hi)(g), R13
	SUB	$32, R13
	BIC	$7, R13
	MOVW	$0, R5
	MOVW	R5, ·portEntering(SB)
	MOVW	R0, 16(R13)
	MOVW	R1, 20(R13)
	MOVW	R4, 24(R13)
	MOVW	R0, 4(R13)		// f
	MOVW	R4, 8(R13)		// gp
	BL	·portException(SB)
	MOVW	16(R13), R0
	MOVW	20(R13), R1
	MOVW	24(R13), g
	B	(R1)
lost:
	MOVW	$·m0(SB), R2
nested:
	MOVW	m_g0(R2), g		// its bounds do not hold here, but it may print
	MOVW	(g_sched+gobuf_sp)(g), R13
	SUB	$256, R13
	BIC	$7, R13
	MOVW	R0, 4(R13)
	BL	·portNested(SB)
	B	·abort(SB)

// Preempt is where an interrupt ends while another goroutine than the interrupted waits
// for its turn; see portPreempt. IRQ mode, interrupts masked: on the stack pc and cpsr,
// below them r0 to r12 and System mode's sp and lr, everything else restored. If a goroutine's
// stack was struck, or the system's, the state moves to the gsignal stack, as an exception's
// would lie, and interrupts are on while it is looked at.
#define FRAME 80
TEXT runtime·Preempt(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	4(R13), R0
	AND	$0x1f, R0
	CMP	$0x1f, R0		// System mode
	B.NE	out
	MOVW	-20(R13), R4		// g
	MOVW	g_m(R4), R2
	MOVW	m_curg(R2), R3
	CMP	R3, R4
	B.EQ	move
	MOVW	m_g0(R2), R3
	CMP	R3, R4
	B.NE	out
move:
	MOVW	m_gsignal(R2), R3
	MOVW	(g_stack+stack_hi)(R3), R5
	BIC	$7, R5
	SUB	$FRAME, R5
	SUB	$60, R13, R8
	MOVW	R5, R9
	MOVM.IA.W (R8), [R0, R1, R2, R6, R7]
	MOVM.IA.W [R0, R1, R2, R6, R7], (R9)
	MOVM.IA.W (R8), [R0, R1, R2, R6, R7]
	MOVM.IA.W [R0, R1, R2, R6, R7], (R9)
	MOVM.IA.W (R8), [R0, R1, R2, R6, R7]
	MOVM.IA.W [R0, R1, R2, R6, R7], (R9)
	MOVM.IA.W (R13), [R0, R1]
	MOVM.IA.W [R0, R1], (R9)
	MOVW	$256, R0
	MOVW	R0, 68(R5)
	MOVW	$0, R0
	MOVW	R0, 72(R5)
	WORD	$0xf102001f		// cps #sys
	MOVW	R3, g
	MOVW	R5, R13
	WORD	$0xed2d0b20		// vpush {d0-d15}
	WORD	$0xeef11a10		// vmrs r1, fpscr
	SUB	$24, R13
	MOVW	R5, 4(R13)		// f
	MOVW	R4, 8(R13)		// gp
	MOVW	R5, 12(R13)
	MOVW	R4, 16(R13)
	MOVW	R1, 20(R13)
	WORD	$0xf1080080		// cpsie i
	BL	·portPreempt(SB)
	WORD	$0xf10c0080		// cpsid i
	WORD	$0xf57ff01f		// clrex: a 64-bit load leaves the monitor open
	MOVW	12(R13), R5
	MOVW	16(R13), g
	MOVW	20(R13), R1
	ADD	$24, R13
	WORD	$0xeee11a10		// vmsr fpscr, r1
	WORD	$0xecbd0b20		// vpop {d0-d15}
	MOVW	52(R5), R13
	MOVW	56(R5), R14
	WORD	$0xf1020012		// cps #irq
	MOVW	64(R5), R1
	WORD	$0xe16ff001		// msr spsr_fsxc, r1
	MOVW	60(R5), R14
	MOVM.IA	(R5), [R0-R12]
	MOVW.S	R14, R15		// movs pc, lr
out:
	WORD	$0xe95d7fff		// ldmdb sp, {r0-r14}^
	WORD	$0xf8bd0a00		// rfeia sp!

// The names of sys_linux_arm.s.

TEXT runtime·exit(SB),NOSPLIT|NOFRAME,$0-4
	B	·portExit(SB)
TEXT runtime·write1(SB),NOSPLIT|NOFRAME,$0-16
	B	·portWrite1(SB)
TEXT runtime·open(SB),NOSPLIT|NOFRAME,$0-16
	B	·portOpen(SB)
TEXT runtime·read(SB),NOSPLIT|NOFRAME,$0-16
	B	·portRead(SB)
TEXT runtime·usleep(SB),NOSPLIT|NOFRAME,$0-4
	B	·portUsleep(SB)
TEXT runtime·nanotime1(SB),NOSPLIT|NOFRAME,$0-8
	B	·portNanotime(SB)
TEXT runtime·walltime(SB),NOSPLIT|NOFRAME,$0-12
	B	·portWalltime(SB)
TEXT runtime·futex_time64(SB),NOSPLIT|NOFRAME,$0-28
	B	·portFutex(SB)
TEXT runtime·futex_time32(SB),NOSPLIT|NOFRAME,$0-28
	B	·abort(SB)
TEXT runtime·clone(SB),NOSPLIT|NOFRAME,$0-24
	B	·portClone(SB)
TEXT runtime·sigaltstack(SB),NOSPLIT|NOFRAME,$0-8
	B	·portSigaltstack(SB)
TEXT runtime·sched_getaffinity(SB),NOSPLIT|NOFRAME,$0-16
	B	·portSchedGetaffinity(SB)
TEXT runtime·mmap(SB),NOSPLIT|NOFRAME,$0-32
	B	·portMmap(SB)
TEXT runtime·raise(SB),NOSPLIT|NOFRAME,$0-4
	B	·portRaise(SB)
TEXT runtime·raiseproc(SB),NOSPLIT|NOFRAME,$0-4
	B	·portRaise(SB)

TEXT runtime·gettid(SB),NOSPLIT,$0-4
	MOVW	$1, R0
	MOVW	R0, ret+0(FP)
	RET
TEXT ·getpid(SB),NOSPLIT,$0-4
	MOVW	$1, R0
	MOVW	R0, ret+0(FP)
	RET
TEXT runtime·closefd(SB),NOSPLIT,$0-8
	MOVW	$0, R0
	MOVW	R0, ret+4(FP)
	RET
TEXT runtime·madvise(SB),NOSPLIT,$0-16
	MOVW	$0, R0
	MOVW	R0, ret+12(FP)
	RET
TEXT runtime·mincore(SB),NOSPLIT,$0-16
	MOVW	$-1, R0
	MOVW	R0, ret+12(FP)
	RET
TEXT runtime·rt_sigaction(SB),NOSPLIT,$0-20
	MOVW	$0, R0
	MOVW	R0, ret+16(FP)
	RET
TEXT runtime·timer_create(SB),NOSPLIT|NOFRAME,$0-16
	B	·portTimerCreate(SB)
TEXT runtime·timer_settime32(SB),NOSPLIT,$0-20
	MOVW	$-1, R0
	MOVW	R0, ret+16(FP)
	RET
TEXT runtime·timer_settime64(SB),NOSPLIT|NOFRAME,$0-20
	B	·portTimerSettime(SB)
TEXT runtime·timer_delete(SB),NOSPLIT|NOFRAME,$0-8
	B	·portTimerDelete(SB)
TEXT runtime·access(SB),NOSPLIT,$0-12
	MOVW	$-1, R0
	MOVW	R0, ret+8(FP)
	RET
TEXT runtime·connect(SB),NOSPLIT,$0-16
	MOVW	$-1, R0
	MOVW	R0, ret+12(FP)
	RET
TEXT runtime·socket(SB),NOSPLIT,$0-16
	MOVW	$-1, R0
	MOVW	R0, ret+12(FP)
	RET
TEXT runtime·pipe2(SB),NOSPLIT,$0-16
	MOVW	$38, R0
	MOVW	R0, errno+12(FP)
	RET
TEXT runtime·sbrk0(SB),NOSPLIT,$0-4
	MOVW	$0, R0
	MOVW	R0, ret+0(FP)
	RET

TEXT runtime·rtsigprocmask(SB),NOSPLIT,$0-16
	RET
TEXT runtime·setitimer(SB),NOSPLIT,$0-12
	RET
TEXT runtime·exitThread(SB),NOSPLIT|NOFRAME,$0-4
	B	·abort(SB)
TEXT ·tgkill(SB),NOSPLIT,$0-12
	RET
TEXT runtime·munmap(SB),NOSPLIT,$0-8
	RET
TEXT runtime·sigfwd(SB),NOSPLIT,$0-16
	RET
TEXT runtime·vdsoCall(SB),NOSPLIT,$0-0
	RET
TEXT runtime·sigtramp(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	B	·abort(SB)
TEXT runtime·cgoSigtramp(SB),NOSPLIT|NOFRAME,$0
	B	·abort(SB)
