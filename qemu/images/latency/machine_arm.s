//go:build tamago

#include "textflag.h"

// The entry of the poll functions: the counter first. The arguments are on the stack.
TEXT stamped<>(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xec510f0e	// mrrc p15, 0, r0, r1, c14 (CNTPCT)
	MOVW	$·stamp(SB), R2
	MOVM.IA	[R0-R1], (R2)
	MOVW	·pollFunc(SB), R7
	MOVW	(R7), R1
	B	(R1)

// func entryCode() uintptr
TEXT ·entryCode(SB),NOSPLIT,$0-4
	MOVW	$stamped<>(SB), R0
	MOVW	R0, ret+0(FP)
	RET

// func access()
// The stamp is the instruction that reads the timer's control register, by which the
// counter is one late.
TEXT ·access(SB),NOSPLIT,$0-0
	MRC	15, 0, R0, C14, C2, 1	// CNTP_CTL
	WORD	$0xec510f0e	// mrrc p15, 0, r0, r1, c14 (CNTPCT)
	SUB.S	$1, R0
	SBC	$0, R1
	MOVW	$·stamp(SB), R2
	MOVM.IA	[R0-R1], (R2)
	RET

// func setTimer(at uint64)
TEXT ·setTimer(SB),NOSPLIT,$0-8
	MOVW	at_lo+0(FP), R0
	MOVW	at_hi+4(FP), R1
	WORD	$0xec410f2e	// mcrr p15, 2, r0, r1, c14 (CNTP_CVAL)
	MOVW	$1, R0
	MCR	15, 0, R0, C14, C2, 1	// CNTP_CTL: enabled
	RET

// func counter() uint64
TEXT ·counter(SB),NOSPLIT,$0-8
	WORD	$0xec510f0e	// mrrc p15, 0, r0, r1, c14 (CNTPCT)
	MOVW	R0, ret_lo+0(FP)
	MOVW	R1, ret_hi+4(FP)
	RET

// func haltOnce()
// Unless the stamp is there already: with interrupts masked, so that it does not come in
// between.
TEXT ·haltOnce(SB),NOSPLIT,$0-0
	WORD	$0xf10c0080	// cpsid i
	MOVW	·stamp(SB), R0
	CMP	$0, R0
	B.NE	there
	WORD	$0xe320f003	// wfi
there:
	WORD	$0xf1080080	// cpsie i
	RET

// func setDomains(access uint32)
TEXT ·setDomains(SB),NOSPLIT,$0-4
	MOVW	access+0(FP), R0
	MCR	15, 0, R0, C3, C0, 0	// DACR
	WORD	$0xf57ff06f	// isb
	RET

// func vectorBase() uintptr
TEXT ·vectorBase(SB),NOSPLIT,$0-4
	MRC	15, 0, R0, C12, C0, 0	// VBAR (ARM DDI 0406C, B4.1.156)
	MOVW	R0, ret+0(FP)
	RET

// entered is put before the entry of interrupts: it notes when that was reached. The
// counter is read in the third instruction, that of the vector included.
TEXT entered<>(SB),NOSPLIT|NOFRAME,$0
	MOVM.DB.W [R0-R3], (R13)
	WORD	$0xec510f0e	// mrrc p15, 0, r0, r1, c14 (CNTPCT)
	MOVW	$·entries(SB), R2
	MOVW	(8*8)(R2), R3
	ADD	$1, R3
	MOVW	R3, (8*8)(R2)
	AND	$7, R3
	ADD	R3<<3, R2
	MOVM.IA	[R0-R1], (R2)
	MOVM.IA.W (R13), [R0-R3]
	B	github·com∕tamagotake∕tamagotake∕hal∕arm·irqEntry(SB)

// func enteredCode() uintptr
TEXT ·enteredCode(SB),NOSPLIT,$0-4
	MOVW	$entered<>(SB), R0
	MOVW	R0, ret+0(FP)
	RET

// func send(n uint32)
TEXT ·send(SB),NOSPLIT,$0-4
	MOVW	n+0(FP), R0
	ORR	$(2<<24), R0		// to itself
	MOVW	$0x00a01f00, R1		// GICD_SGIR (GIC 4.3.15) of the i.MX6UL
	MOVW	R0, (R1)
	RET
