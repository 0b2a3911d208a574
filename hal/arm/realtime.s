//go:build tamago && arm

#include "textflag.h"

#include "go_asm.h"

#define CPSIE WORD $0xf1080080
#define CPSID WORD $0xf10c0080
#define CPS_SYS WORD $0xf102001f

// Where the executor's stack begins, at realtimeFrame. The results of what says what is to be
// polled are, in their places, the arguments of the poll:
//
//	 -4  stack pointer of deliver, others and sched.Polled
//	  0  stack pointer of sched.Next and of the poll; their argument: n, or what the poll
//	     returned
//	  4  out
//	  8  cx
//	 12  address of the poll function's value; result of the poll
//	 16  return address of run

// run polls until there is nothing more to poll. System mode, the stack pointer at
// realtimeFrame, g = realtime, interrupts masked, before and after; level is levelEntry before and
// after. R7 = the address of the poll function's value.
//
// Go code has no callee-saved registers but g, so after a poll that was not left by its
// return the stack pointer and g are all there is to restore; and both are constants.
TEXT ·run(SB),NOSPLIT|NOFRAME,$0
	MOVW	R14, 16(R13)
	MOVW	realtimeState_budget(g), R2
	CMP	$0, R2
	B.NE	bounded
	MOVW	$const_levelPoll, R2
call:
	MOVW	R2, realtimeState_level(g)
	MOVW	(R7), R2
	CPSIE
	BL	(R2)
	CPSID
	MOVBU	12(R13), R0
	B	·polled(SB)
bounded:
	MCR	15, 0, R2, C14, C3, 0	// CNTV_TVAL
	MOVW	$const_levelPoll, R2	// 1, which is enabled as well
	MCR	15, 0, R2, C14, C3, 1	// CNTV_CTL
	B	call

// polled is the rest of run: R0 is what the poll returned, or pollFaulted, and the stack
// is as it was at the call.
TEXT ·polled(SB),NOSPLIT|NOFRAME,$0
	MOVW	$const_levelEntry, R2
	MOVW	R2, realtimeState_level(g)
	SUB	$4, R13
	MOVB	R0, 4(R13)
	BL	github·com∕tamagotake∕tamagotake∕rt∕sched·Polled(SB)
	MOVW	16(R13), R7
	ADD	$4, R13
	MOVW	16(R13), R14
	CMP	$0, R7
	B.EQ	nothing
	MOVW	$0, R2
	WORD	$0xeee12a10		// vmsr fpscr, r2: not that of the poll before
	MOVW	$·run(SB), R2		// by address: to the linker, a jump is a call
	B	(R2)
nothing:
	MOVW	$0, R2
	MCR	15, 0, R2, C14, C3, 1	// CNTV_CTL: off
	B	(R14)

// contain goes on after a poll that has faulted, with what realtime.fault says. System mode,
// interrupts masked.
TEXT ·contain(SB),NOSPLIT|NOFRAME,$0
	MOVW	$·realtime(SB), g
	MOVW	$const_levelEntry, R2
	MOVW	R2, realtimeState_level(g)
	MOVW	$const_stackAbort, R13	// empty, and not the poll's, which is looked at
	SUB	$16, R13
	BL	·note(SB)
	MOVW	$const_realtimeFrame, R13
	MOVW	$const_pollFaulted, R0
	B	·polled(SB)

// func abort()
// The poll has used its budget up. IRQ mode, in the entry of the timer's interrupt, which
// is nested: above its frame is that of the interrupt by which the executor was entered,
// unless that was a call.
TEXT ·abort(SB),NOSPLIT|NOFRAME,$0
	MOVW	$·realtime(SB), g
	MOVW	$const_stackIRQ, R13
	MOVW	realtimeState_called(g), R0
	CMP	$0, R0
	B.NE	outermost
	SUB	$const_irqFrame, R13
outermost:
	MOVW	-8(R13), R0		// pc
	MOVW	R0, (realtimeState_fault+4)(g)
	MOVW	$256, R0
	MOVW	R0, (realtimeState_fault+0)(g)
	MOVW	$0, R0
	MOVW	R0, (realtimeState_fault+12)(g)
	CPS_SYS
	MOVW	R13, (realtimeState_fault+8)(g)
	MOVW	R14, (realtimeState_fault+16)(g)
	MOVW	$·contain(SB), R2
	B	(R2)

// func enter()
// From thread level, as a call: the caller expects nothing of the registers but g. What it
// calls is called by address: the linker, which adds up the frames along direct calls, does
// not know that nobody below gets beyond the first jump.
TEXT ·enter(SB),NOSPLIT|NOFRAME,$0
	MOVW	$·realtime(SB), R1
	MOVW	realtimeState_level(R1), R0
	CMP	$const_levelThread, R0
	B.NE	out			// the executor is below: it will look
	WORD	$0xe10f0000		// mrs r0, cpsr
	TST	$0x80, R0
	B.NE	masked
	CPSID
	MOVW	$const_levelEntry, R0
	MOVW	R0, realtimeState_level(R1)
	MOVW	$1, R0
	MOVW	R0, realtimeState_called(R1)
	MOVW	R13, realtimeState_threadSP(R1)
	MOVW	R14, realtimeState_threadLR(R1)
	MOVW	g, realtimeState_threadG(R1)
	WORD	$0xeef10a10		// vmrs r0, fpscr
	MOVW	R0, realtimeState_threadFPSCR(R1)
	MOVW	R1, g
	MOVW	$const_realtimeFrame, R13
	MOVW	$github·com∕tamagotake∕tamagotake∕rt∕sched·Next(SB), R2
	BL	(R2)
	MOVW	12(R13), R7
	CMP	$0, R7
	B.EQ	back
	MOVW	$0, R2
	WORD	$0xeee12a10		// vmsr fpscr, r2: not that of the thread
	MOVW	$·run(SB), R2
	BL	(R2)
back:
	MOVW	github·com∕tamagotake∕tamagotake∕rt∕platform·preemptPending(SB), R1
	CMP	$0, R1
	B.NE	tryPreempt
leave:
	MOVW	$const_levelThread, R0
	MOVW	R0, realtimeState_level(g)
	MOVW	$0, R0
	MOVW	R0, realtimeState_called(g)
	MOVW	realtimeState_threadSP(g), R13
	MOVW	realtimeState_threadLR(g), R14
	MOVW	realtimeState_threadFPSCR(g), R0
	WORD	$0xeee10a10		// vmsr fpscr, r0
	MOVW	realtimeState_threadG(g), g
	CPSIE
out:
	B	(R14)

	// An interrupt has struck a poll, and has not come by where it would do this.
tryPreempt:
	MOVW	$github·com∕tamagotake∕tamagotake∕rt∕platform·tryPreempt(SB), R2
	BL	(R2)
	B	leave

	// Masked by the caller: as soon as they are not.
masked:
	MOVW	$const_gicdSGIR, R0
	MOVW	$const_sgirSelf, R1
	MOVW	R1, (R0)
	B	(R14)

// func startWatchdog(counts uint32)
TEXT ·startWatchdog(SB),NOSPLIT,$0-4
	MOVW	counts+0(FP), R0
	MCR	15, 0, R0, C14, C3, 0	// CNTV_TVAL
	MOVW	$1, R0
	MCR	15, 0, R0, C14, C3, 1	// CNTV_CTL: enabled
	RET

// func stopWatchdog()
TEXT ·stopWatchdog(SB),NOSPLIT,$0-0
	MOVW	$0, R0
	MCR	15, 0, R0, C14, C3, 1	// CNTV_CTL: off
	RET

// func restoreInterrupts(saved uintptr)
// Where an entry or the executor runs, whose level is even, interrupts stay masked: an undo function
// may be called there with any word.
TEXT ·restoreInterrupts(SB),NOSPLIT|NOFRAME,$0-4
	MOVW	saved+0(FP), R0
	CMP	$0, R0
	B.NE	masked
	MOVW	·realtime+realtimeState_level(SB), R0
	TST	$1, R0
	B.EQ	masked
	WORD	$0xf1080080	// cpsie i
masked:
	B	(R14)

// func watchdogExpired() bool
TEXT ·watchdogExpired(SB),NOSPLIT,$0-1
	MRC	15, 0, R0, C14, C3, 1	// CNTV_CTL, of which bit 2 is ISTATUS (ARM ARM B4.1.26)
	MOVW	R0>>2, R0
	AND	$1, R0
	MOVB	R0, ret+0(FP)
	RET

// func atThreadLevel() bool
TEXT ·atThreadLevel(SB),NOSPLIT|NOFRAME,$0-1
	MOVW	·realtime+realtimeState_level(SB), R0
	MOVW	$0, R1
	CMP	$const_levelThread, R0
	MOVW.EQ	$1, R1
	MOVB	R1, ret+0(FP)
	B	(R14)
