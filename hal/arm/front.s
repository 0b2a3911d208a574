//go:build tamago && arm

#include "textflag.h"

#include "go_asm.h"

#define CPSIE WORD $0xf1080080
#define CPSID WORD $0xf10c0080
#define CPS_IRQ WORD $0xf1020012

// run polls until there is nothing more to poll. System mode on the executor's stack,
// interrupts masked, before and after; level is levelEntry before and after. R0, R1 =
// the poll function's arguments, R7 = the address of its value.
//
// Go code has no callee-saved registers but g, so after a poll that was not left by its
// return the stack pointer and g are all there is to restore.
//
//	 4 cx    8 out   12 result of a poll
//	 4 result of the poll, then  8 cx  12 out  16 poll
//	20 return address
TEXT ·run(SB),NOSPLIT|NOFRAME,$0
	SUB	$24, R13
	MOVW	R14, 20(R13)
	MOVW	R13, ·pollSP(SB)
	MOVW	R0, 4(R13)
	MOVW	R1, 8(R13)
	MOVW	·budget(SB), R2
	CMP	$0, R2
	B.EQ	unbounded
	MCR	15, 0, R2, C14, C3, 0	// CNTV_TVAL
	MOVW	$1, R2
	MCR	15, 0, R2, C14, C3, 1	// CNTV_CTL: enabled
unbounded:
	MOVW	$const_levelPoll, R2
	MOVW	R2, ·level(SB)
	MOVW	(R7), R2
	CPSIE
	BL	(R2)
	CPSID
	MOVBU	12(R13), R0
	B	·polled(SB)

// polled is the rest of run: R0 is what the poll returned, or pollFaulted, and the stack
// is as it was at the call.
TEXT ·polled(SB),NOSPLIT|NOFRAME,$0
	MOVW	$const_levelEntry, R2
	MOVW	R2, ·level(SB)
	MOVB	R0, 4(R13)
	MOVW	·polledFunc(SB), R7
	MOVW	(R7), R2
	BL	(R2)
	MOVW	8(R13), R0
	MOVW	12(R13), R1
	MOVW	16(R13), R7
	MOVW	20(R13), R14
	ADD	$24, R13
	CMP	$0, R7
	B.EQ	nothing
	MOVW	$·run(SB), R2		// by address: to the linker, a jump is a call
	B	(R2)
nothing:
	MOVW	$0, R2
	MCR	15, 0, R2, C14, C3, 1	// CNTV_CTL: off
	B	(R14)

// contain goes on after a poll that has faulted, with what faultFrame says. System mode,
// interrupts masked.
TEXT ·contain(SB),NOSPLIT|NOFRAME,$0
	MOVW	$const_levelEntry, R2
	MOVW	R2, ·level(SB)
	MOVW	$const_stackAbort, R13	// empty, and not the poll's, which is looked at
	SUB	$16, R13
	MOVW	$·frontG(SB), g
	MOVW	·noteFunc(SB), R7
	MOVW	(R7), R2
	BL	(R2)
	MOVW	·pollSP(SB), R13
	MOVW	$const_pollFaulted, R0
	B	·polled(SB)

// func abort()
// The poll has used its budget up. IRQ mode, in the entry of the timer's interrupt, which
// is nested: above its frame is that of the interrupt by which the executor was entered,
// unless that was a call.
TEXT ·abort(SB),NOSPLIT|NOFRAME,$0
	MOVW	$const_stackIRQ, R13
	MOVW	·called(SB), R0
	CMP	$0, R0
	B.NE	outermost
	SUB	$const_irqFrame, R13
outermost:
	MOVW	-4(R13), R0		// pc
	MOVW	R0, ·faultFrame+4(SB)
	MOVW	$256, R0
	MOVW	R0, ·faultFrame+0(SB)
	MOVW	$0, R0
	MOVW	R0, ·faultFrame+12(SB)
	WORD	$0xf102001f		// cps #sys
	MOVW	R13, ·faultFrame+8(SB)
	MOVW	R14, ·faultFrame+16(SB)
	MOVW	$·contain(SB), R2
	B	(R2)

// func enter()
// From thread level, as a call: the caller expects nothing of the registers but g.
TEXT ·enter(SB),NOSPLIT|NOFRAME,$0
	MOVW	·level(SB), R0
	CMP	$const_levelThread, R0
	B.NE	out			// the executor is below: it will look
	WORD	$0xe10f0000		// mrs r0, cpsr
	TST	$0x80, R0
	B.NE	masked
	CPSID
	MOVW	$const_levelEntry, R0
	MOVW	R0, ·level(SB)
	MOVW	R0, ·called(SB)
	MOVW	R13, ·threadSP(SB)
	MOVW	R14, ·threadLR(SB)
	MOVW	g, ·threadG(SB)
	MOVW	$const_stackFront, R13
	SUB	$16, R13
	MOVW	$·frontG(SB), g
	MOVW	·nextFunc(SB), R7
	MOVW	(R7), R2
	BL	(R2)
	MOVW	4(R13), R0
	MOVW	8(R13), R1
	MOVW	12(R13), R7
	CMP	$0, R7
	B.EQ	back
	MOVW	$·run(SB), R2
	BL	(R2)
back:
	MOVW	·threadSP(SB), R13
	MOVW	·threadLR(SB), R14
	MOVW	·threadG(SB), g
	MOVW	$const_levelThread, R0
	MOVW	R0, ·level(SB)
	MOVW	R0, ·called(SB)
	CPSIE
out:
	B	(R14)

	// Masked by the caller: as soon as they are not.
masked:
	MOVW	$const_gicdSGIR, R0
	MOVW	$const_sgirSelf, R1
	MOVW	R1, (R0)
	B	(R14)

// func stopWatchdog()
TEXT ·stopWatchdog(SB),NOSPLIT,$0-0
	MOVW	$0, R0
	MCR	15, 0, R0, C14, C3, 1	// CNTV_CTL: off
	RET
