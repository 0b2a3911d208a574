//go:build tamago && amd64

#include "textflag.h"

#include "go_asm.h"

// run polls until there is nothing more to poll. Interrupts masked before and after;
// level is levelEntry before and after. The first poll is in AX, BX, CX: the poll
// function's arguments, and the address of its value. On the executor's stack.
//
// Go code has no callee-saved registers but the frame pointer, so after a poll that was
// not left by its return the stack pointer, g and the zero in X15 are all there is to
// restore.
TEXT ·run(SB),NOSPLIT|NOFRAME,$0
	SUBQ	$24, SP			// where Go functions may put register arguments
	MOVL	$const_nestedTop, ·tss+const_tssIST1(SB)
	CMPL	·budget(SB), $0
	JNE	bounded
call:
	MOVQ	CX, DX
	LDMXCSR	·pollMXCSR(SB)		// not that of what was struck, or of the poll before
	MOVQ	SP, ·pollSP(SB)
	MOVL	$const_levelPoll, ·level(SB)
	STI
	CALL	(DX)
	CLI
	JMP	·polled(SB)

	// The timer bounds the poll, with a vector of its own; hal knows what it was set to.
bounded:
	MOVL	·budget(SB), R8
	MOVL	$const_lapicInitial, R9
	MOVL	$const_vectorBudget, (const_lapicTimer-const_lapicInitial)(R9)
	MOVL	R8, (R9)
	JMP	call

// polled is the rest of run: AX is what the poll returned, or pollFaulted, and the stack
// is as it was at the call.
TEXT ·polled(SB),NOSPLIT|NOFRAME,$0
	MOVL	$const_levelEntry, ·level(SB)
	MOVQ	·polledFunc(SB), DX
	CALL	(DX)
	TESTQ	CX, CX
	JNE	more
	MOVL	$const_realtimeStackHi, ·tss+const_tssIST1(SB)
	CALL	·restoreAlarm(SB)
	ADDQ	$24, SP
	RET

	// By address: to the linker, a jump is a call, and this would be recursion.
more:
	ADDQ	$24, SP
	LEAQ	·run(SB), DX
	JMP	DX

// contain goes on after a poll that has faulted, with what faultFrame says. It comes on
// the stack of the entry that found out, so that the poll's can be looked at first.
TEXT ·contain(SB),NOSPLIT|NOFRAME,$0
	MOVL	$const_levelEntry, ·level(SB)
	LEAQ	·realtimeG(SB), R14
	MOVQ	TLS, CX
	MOVQ	R14, (CX)(TLS*1)
	XORPS	X15, X15
	CLD
	MOVQ	·noteFunc(SB), DX
	CALL	(DX)
	MOVQ	·pollSP(SB), SP
	MOVL	$const_pollFaulted, AX
	JMP	·polled(SB)

// func abort()
// The poll has used its budget up. In the entry of the timer's interrupt, nested: SP is
// in its frame, and what it struck is in the frame at the top of the nested stack.
TEXT ·abort(SB),NOSPLIT|NOFRAME,$0
	MOVQ	$256, ·faultFrame+0(SB)
	MOVL	$const_nestedTop, BX
	MOVQ	-40(BX), CX		// rip
	MOVQ	CX, ·faultFrame+16(SB)
	MOVQ	-16(BX), CX		// rsp
	MOVQ	CX, ·faultFrame+24(SB)
	MOVQ	$0, ·faultFrame+32(SB)
	MOVQ	-88(BX), CX		// bp
	MOVQ	CX, ·faultFrame+40(SB)
	JMP	·contain(SB)

// func enter()
// From thread level, as a call: the caller expects nothing of the registers but BP, so
// there is nothing to save but that, the stack pointer, g and the status of the vector
// registers.
TEXT ·enter(SB),NOSPLIT|NOFRAME,$0
	CMPL	·level(SB), $const_levelThread
	JNE	out			// the executor is below: it will look
	PUSHFQ
	POPQ	AX
	TESTL	$(1<<9), AX
	JEQ	masked
	CLI
	MOVL	$const_levelEntry, ·level(SB)
	PUSHQ	BP
	MOVQ	SP, ·threadSP(SB)
	STMXCSR	·threadMXCSR(SB)
	MOVQ	TLS, CX
	MOVQ	(CX)(TLS*1), AX
	MOVQ	AX, ·threadG(SB)
	MOVL	$const_realtimeStackHi, SP
	XORL	BP, BP
	LEAQ	·realtimeG(SB), R14
	MOVQ	R14, (CX)(TLS*1)
	XORPS	X15, X15
	MOVQ	·nextFunc(SB), DX
	CALL	(DX)
	TESTQ	CX, CX
	JEQ	back
	CALL	·run(SB)
back:
	CMPL	github·com∕tamagotake∕tamagotake∕rt∕platform·preemptPending(SB), $0
	JNE	tryPreempt
leave:
	MOVQ	·threadSP(SB), SP
	MOVQ	·threadG(SB), R14
	MOVQ	TLS, CX
	MOVQ	R14, (CX)(TLS*1)
	XORPS	X15, X15
	LDMXCSR	·threadMXCSR(SB)
	POPQ	BP
	MOVL	$const_levelThread, ·level(SB)
	STI
out:
	RET

	// An interrupt has struck a poll, and has not come by where it would do this.
tryPreempt:
	MOVQ	·tryPreemptFunc(SB), DX
	CALL	(DX)
	JMP	leave

	// Masked by the caller: as soon as they are not.
masked:
	MOVL	$const_lapicICR, AX
	MOVL	$(const_icrSelf|const_vectorSelf), (AX)
	RET

// func atThreadLevel() bool
TEXT ·atThreadLevel(SB),NOSPLIT|NOFRAME,$0-1
	CMPL	·level(SB), $const_levelThread
	SETEQ	ret+0(FP)
	RET
