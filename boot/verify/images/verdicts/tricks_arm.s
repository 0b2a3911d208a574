//go:build tamago

#include "textflag.h"

// As in tricks_amd64.s.

// 32 KiB below the stack pointer.
TEXT ·moveStackByAddress(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xe24ddc80	// sub sp, sp, #0x8000
	MOVW	R1, 0(R13)
	WORD	$0xe28ddc80	// add sp, sp, #0x8000
	RET

TEXT ·moveStackByRegister(SB),NOSPLIT|NOFRAME,$0
	MOVW	·wide(SB), R5
	SUB	R5, R13
	MOVW	R5, 0(R13)
	ADD	R5, R13
	RET

TEXT ·pushInLoop(SB),NOSPLIT|NOFRAME,$0
	MOVW	R13, R5
	MOVW	$4000, R6
again:
	WORD	$0xe52d6004	// push {r6}
	SUB.S	$1, R6
	B.NE	again
	MOVW	R5, R13
	RET

// A return that is a call.
TEXT ·returnToAllocator(SB),NOSPLIT|NOFRAME,$0
	MOVW	$runtime·mallocgc(SB), R5
	WORD	$0xe52d5004	// push {r5}
	WORD	$0xe49df004	// pop {pc}

// internal/runtime/atomic has a function of this name, which may call by address.
TEXT cas<>(SB),NOSPLIT|NOFRAME,$0
	MOVW	$runtime·mallocgc(SB), R5
	BL	(R5)
	RET

TEXT ·callLocalCas(SB),NOSPLIT,$4
	BL	cas<>(SB)
	RET

// NEON, and what the vector unit has from D16 on, is not saved.
TEXT ·loadVector(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xf42d4a8f	// vld1.32 {d4, d5}, [sp]
	WORD	$0xf3066156	// veor q3, q3, q3
	RET

TEXT ·clearVector(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xee025b90	// vmov.32 d18[0], r5
	RET

// A call into Thumb code.
TEXT ·leaveStack(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xfafffffe	// blx .
	RET
