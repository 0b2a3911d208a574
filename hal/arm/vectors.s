//go:build tamago && arm

#include "textflag.h"

#include "go_asm.h"

// Processor modes (ARM DDI 0406C, table B1-1).
#define MODE_FIQ 0xd1	// with IRQ and FIQ masked
#define MODE_IRQ 0xd2
#define MODE_SVC 0xd3
#define MODE_ABT 0xd7
#define MODE_UND 0xdb
#define MODE_SYS 0xdf

// cps #mode changes the mode and leaves the masks alone.
#define CPS_ABT WORD $0xf1020017
#define CPS_UND WORD $0xf102001b
#define CPS_SYS WORD $0xf102001f
#define CPS_IRQ WORD $0xf1020012

// func setStacks(irq, abt, und, other uint32)
// A stack of its own for each mode: TamaGo gives all the same, and an abort
// during an interrupt would write over the frame that it must return to.
TEXT ·setStacks(SB),NOSPLIT|NOFRAME,$0-16
	MOVW	irq+0(FP), R0
	MOVW	abt+4(FP), R1
	MOVW	und+8(FP), R2
	MOVW	other+12(FP), R3
	WORD	$0xe10f4000	// mrs r4, cpsr
	WORD	$0xe321f0d2	// msr cpsr_c, MODE_IRQ
	MOVW	R0, R13
	WORD	$0xe321f0d7	// msr cpsr_c, MODE_ABT
	MOVW	R1, R13
	WORD	$0xe321f0db	// msr cpsr_c, MODE_UND
	MOVW	R2, R13
	WORD	$0xe321f0d1	// msr cpsr_c, MODE_FIQ
	MOVW	R3, R13
	WORD	$0xe321f0d3	// msr cpsr_c, MODE_SVC
	MOVW	R3, R13
	WORD	$0xe121f004	// msr cpsr_c, r4
	RET

// func setVectors(base uint32, monitor bool)
// For the monitor's mode too, where there is one (ARM ARM B4.1.156, VBAR; B4.1.109, MVBAR).
TEXT ·setVectors(SB),NOSPLIT|NOFRAME,$0-5
	MOVW	base+0(FP), R0
	MOVBU	monitor+4(FP), R1
	MCR	15, 0, R0, C12, C0, 0	// VBAR
	CMP	$0, R1
	B.EQ	only
	MCR	15, 0, R0, C12, C0, 1	// MVBAR
only:
	WORD	$0xf57ff06f	// isb
	RET

// An interrupt, in IRQ mode on its static stack. LR is the interrupted address
// plus 4. Everything that compiled Go may change is saved, System mode's stack pointer and
// link register among it, with the sixteen double registers that it uses and their status.
//
// The real-time executor is entered at the tail, in System mode on its own stack; deliver,
// which says whether there is something to poll, is called there already, so that its
// results are where the poll has its arguments. If a poll is what was struck the interrupt
// only wakes, on this stack, below the frame by which the executor was entered.
//
// CLREX on the way out: an exclusive access that was interrupted must fail, or it could
// succeed on what was written meanwhile. Not on the way in, since what runs in between may
// leave one open, as WakeG does.
//
//	 0 d0-d15  128 fpscr  132 r0-r12, sp, lr  192 pc  196 cpsr
TEXT ·irqEntry(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$4, R14
	WORD	$0xf96d0512	// srsdb sp!, #MODE_IRQ
	WORD	$0xe94d7fff	// stmdb sp, {r0-r14}^
	WORD	$0xeef11a10	// vmrs r1, fpscr
	MOVW.W	R1, -64(R13)
	WORD	$0xed2d0b20	// vpush {d0-d15}
	MOVW	$·realtime(SB), g
	MOVW	$const_giccIAR, R1
	MOVW	(R1), R0
	CMP	$const_LineTimer, R0
	B.NE	stopped
	MOVW	$0, R1
	MCR	15, 0, R1, C14, C2, 1	// CNTP_CTL: off. It is one-shot, but its line stays up
	WORD	$0xf57ff06f	// isb
stopped:
	MOVW	realtimeState_level(g), R1
	ADD.S	$1, R1
	MOVW	R1, realtimeState_level(g)
	B.NE	nested
	WORD	$0xeee11a10	// vmsr fpscr, r1: 0, not that of what was struck
	CPS_SYS
	MOVW	$(const_realtimeFrame-4), R13
	MOVW	R0, 4(R13)
	BL	·deliver(SB)
	MOVW	16(R13), R7
	CMP	$0, R7
	B.EQ	others
poll:
	ADD	$4, R13
	BL	·run(SB)
done:
	CPS_IRQ
leave:
	MOVW	realtimeState_level(g), R1
	SUB.S	$1, R1
	MOVW	R1, realtimeState_level(g)
	B.PL	restore		// to a poll
	MOVW	github·com∕tamagotake∕tamagotake∕rt∕platform·preemptPending(SB), R1
	CMP	$0, R1
	B.NE	tryPreempt
restore:
	WORD	$0xecbd0b20	// vpop {d0-d15}
	MOVW.P	64(R13), R1
	WORD	$0xeee11a10	// vmsr fpscr, r1
	WORD	$0xf57ff01f	// clrex
	WORD	$0xe95d7fff	// ldmdb sp, {r0-r14}^
	WORD	$0xf8bd0a00	// rfeia sp!
others:
	MOVW	8(R13), R0
	MOVW	R0, 4(R13)
	BL	·others(SB)
	MOVW	16(R13), R7
	CMP	$0, R7
	B.NE	poll
	B	done
nested:
	SUB	$8, R13
	MOVW	R0, 4(R13)
	BL	·nested(SB)
	ADD	$8, R13
	B	leave

	// A goroutine waits that the interrupt, or one before, was for.
tryPreempt:
	SUB	$8, R13
	BL	github·com∕tamagotake∕tamagotake∕rt∕platform·tryPreempt(SB)
	MOVBU	4(R13), R0
	ADD	$8, R13
	CMP	$0, R0
	B.EQ	restore
	WORD	$0xecbd0b20	// vpop {d0-d15}
	MOVW.P	64(R13), R1
	WORD	$0xeee11a10	// vmsr fpscr, r1
	WORD	$0xf57ff01f	// clrex
	B	·preempt(SB)	// fault_stock.s, fault_dist.s

// The frame of an exception, as boot/port's runtime knows it:
//
//	 0 r0 ... 48 r12   52 sp   56 lr   60 pc   64 cpsr   68 vector   72 address   76 status
#define FRAME 80

TEXT ·dataAbort(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$8, R14
	SUB	$FRAME, R13
	MOVM.IA	[R0-R12], (R13)
	MRC	15, 0, R2, C6, C0, 0	// DFAR
	MRC	15, 0, R6, C5, C0, 0	// DFSR
	MOVW	$0x10, R3
	B	abort<>(SB)

TEXT ·prefetchAbort(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$4, R14
	SUB	$FRAME, R13
	MOVM.IA	[R0-R12], (R13)
	MRC	15, 0, R2, C6, C0, 2	// IFAR
	MRC	15, 0, R6, C5, C0, 1	// IFSR
	MOVW	$0xc, R3
	B	abort<>(SB)

TEXT abort<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	$abortReturn<>(SB), R4
	B	exception<>(SB)

TEXT ·undefined(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$4, R14
	SUB	$FRAME, R13
	MOVM.IA	[R0-R12], (R13)
	MOVW	R14, R2
	MOVW	$0, R6
	MOVW	$4, R3
	MOVW	$undReturn<>(SB), R4
	B	exception<>(SB)

// R2 = address, R3 = vector, R4 = how to return, R6 = fault status, R14 = pc.
TEXT exception<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	R14, 60(R13)
	WORD	$0xe14f1000	// mrs r1, spsr
	MOVW	R1, 64(R13)
	MOVW	R3, 68(R13)
	MOVW	R2, 72(R13)
	MOVW	R6, 76(R13)
	MOVW	R13, R0
	AND	$0x1f, R1
	MOVW	·realtime+realtimeState_level(SB), R5
	CMP	$const_levelPoll, R5
	B.EQ	contained
	CMP	$const_levelThread, R5
	B.NE	interrupted
	CMP	$0x1f, R1
	B.NE	interrupted	// not from System mode
	CPS_SYS
	MOVW	R13, 52(R0)
	MOVW	R14, 56(R0)
	MOVW	R4, R1
	B	·throw(SB)	// fault_stock.s, fault_dist.s
	// In a real-time poll: it ends there. Nothing of it need be kept.
contained:
	MOVW	60(R13), R1
	MOVW	R3, ·realtime+realtimeState_fault+0(SB)
	MOVW	R1, ·realtime+realtimeState_fault+4(SB)
	MOVW	R2, ·realtime+realtimeState_fault+12(SB)
	MOVW	R6, ·realtime+realtimeState_fault+20(SB)
	ADD	$FRAME, R13
	CPS_SYS
	MOVW	R13, ·realtime+realtimeState_fault+8(SB)
	MOVW	R14, ·realtime+realtimeState_fault+16(SB)
	MOVW	$·contain(SB), R2
	B	(R2)
interrupted:
	MOVW	60(R0), R1
	SUB	$32, R13
	MOVW	R3, 4(R13)
	MOVW	R1, 8(R13)
	MOVW	R2, 12(R13)
	BL	·crash(SB)
	B	0(PC)

TEXT abortReturn<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	52(R0), R13
	MOVW	56(R0), R14
	CPS_ABT
	B	resume<>(SB)

TEXT undReturn<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	52(R0), R13
	MOVW	56(R0), R14
	CPS_UND
	B	resume<>(SB)

TEXT resume<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	60(R13), R14
	MOVW	64(R13), R1
	WORD	$0xe16ff001	// msr spsr_fsxc, r1
	MOVM.IA	(R13), [R0-R12]
	ADD	$FRAME, R13
	MOVW.S	R14, R15	// movs pc, lr

// Vectors that nothing should take: reset, supervisor call, FIQ. A supervisor call asks QEMU for
// something, but only when that was started so; otherwise it lands here. If it was a question the
// answer is -1, and if it was the way out of the emulator the next one is tried.
TEXT ·unexpected(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	·calling(SB), R0
	CMP	$const_callLeave, R0
	B.EQ	leave
	CMP	$const_callAsk, R0
	MVN.EQ	$0, R0
	MOVW.S.EQ	R14, R15	// movs pc, lr
	MOVW	$8, R3
	SUB	$32, R13
	MOVW	R3, 4(R13)
	MOVW	R14, 8(R13)
	MOVW	R3, 12(R13)
	BL	·crash(SB)
leave:
	BL	·reset(SB)
	B	0(PC)
