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

// An interrupt, in IRQ mode on its static stack. LR is the interrupted address
// plus 4. Everything that compiled Go may change is saved, with the sixteen
// double registers that it uses and their status. CLREX: an exclusive access that
// was interrupted must fail, or it could succeed on what the wake path wrote.
//
// The real-time executor is entered at the tail, in System mode on its own stack. If that
// is what was struck the interrupt only wakes, and this frame lies below the one by which
// the executor was entered.
//
//	 0 call: cx 4, out 8, poll 12   16 spsr   20 fpscr   24 level   32 d0-d15  160 r0-r12, pc
TEXT ·irqEntry(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$4, R14
	MOVM.DB.W [R0-R12, R14], (R13)
	WORD	$0xf57ff01f	// clrex
	WORD	$0xe14f0000	// mrs r0, spsr
	WORD	$0xed2d0b20	// vpush {d0-d15}
	WORD	$0xeef11a10	// vmrs r1, fpscr
	MOVW	·level(SB), R2
	SUB	$32, R13
	ADD	$16, R13, R3
	MOVM.IA	[R0-R2], (R3)
	ADD	$const_levelEntry, R2	// nested: neither of the three
	MOVW	R2, ·level(SB)
	MOVW	$·frontG(SB), g
	BL	·deliver(SB)
	MOVW	12(R13), R7
	CMP	$0, R7
	B.EQ	leave
	MOVW	4(R13), R0
	MOVW	8(R13), R1
	CPS_SYS
	MOVW	R13, ·threadSP(SB)
	MOVW	R14, ·threadLR(SB)
	MOVW	$const_stackFront, R13
	MOVW	$·run(SB), R2
	BL	(R2)
	MOVW	·threadSP(SB), R13
	MOVW	·threadLR(SB), R14
	CPS_IRQ
leave:
	ADD	$16, R13, R3
	MOVM.IA	(R3), [R0-R2]
	MOVW	R2, ·level(SB)
	CMP	$const_levelThread, R2
	B.NE	restore		// to a poll
	MOVW	tamagotake∕hal·pressing(SB), R2
	CMP	$0, R2
	B.NE	press
restore:
	ADD	$32, R13
	WORD	$0xe16ff000	// msr spsr_fsxc, r0
	WORD	$0xeee11a10	// vmsr fpscr, r1
	WORD	$0xecbd0b20	// vpop {d0-d15}
	MOVM.IA.W (R13), [R0-R12, R14]
	MOVW.S	R14, R15	// movs pc, lr

	// A goroutine waits that the interrupt, or one before, was for.
press:
	BL	tamagotake∕hal·press(SB)
	ADD	$16, R13, R3
	MOVM.IA	(R3), [R0-R1]
	ADD	$32, R13
	WORD	$0xeee11a10	// vmsr fpscr, r1
	WORD	$0xecbd0b20	// vpop {d0-d15}
	B	·preempt(SB)	// fault_stock.s, fault_dist.s

// The frame of an exception, as boot/port's runtime knows it:
//
//	 0 r0 ... 48 r12   52 sp   56 lr   60 pc   64 cpsr   68 vector   72 address
#define FRAME 80

TEXT ·dataAbort(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$8, R14
	SUB	$FRAME, R13
	MOVM.IA	[R0-R12], (R13)
	MRC	15, 0, R2, C6, C0, 0	// DFAR
	MOVW	$0x10, R3
	B	abort<>(SB)

TEXT ·prefetchAbort(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUB	$4, R14
	SUB	$FRAME, R13
	MOVM.IA	[R0-R12], (R13)
	MRC	15, 0, R2, C6, C0, 2	// IFAR
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
	MOVW	$4, R3
	MOVW	$undReturn<>(SB), R4
	B	exception<>(SB)

// R2 = address, R3 = vector, R4 = how to return, R14 = pc.
TEXT exception<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	R14, 60(R13)
	WORD	$0xe14f1000	// mrs r1, spsr
	MOVW	R1, 64(R13)
	MOVW	R3, 68(R13)
	MOVW	R2, 72(R13)
	MOVW	R13, R0
	AND	$0x1f, R1
	MOVW	·level(SB), R5
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
	MOVW	R3, ·faultFrame+0(SB)
	MOVW	R1, ·faultFrame+4(SB)
	MOVW	R2, ·faultFrame+12(SB)
	ADD	$FRAME, R13
	CPS_SYS
	MOVW	R13, ·faultFrame+8(SB)
	MOVW	R14, ·faultFrame+16(SB)
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

// Vectors that nothing should take: reset, supervisor call, FIQ. A supervisor
// call is QEMU's way out of the emulator, but only when it was started so;
// otherwise it lands here, and the next way out is tried.
TEXT ·unexpected(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	MOVW	·leaving(SB), R0
	CMP	$0, R0
	B.NE	leave
	MOVW	$8, R3
	SUB	$32, R13
	MOVW	R3, 4(R13)
	MOVW	R14, 8(R13)
	MOVW	R3, 12(R13)
	BL	·crash(SB)
leave:
	BL	·reset(SB)
	B	0(PC)
