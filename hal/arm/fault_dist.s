//go:build tamago && arm && !stockgo

#include "textflag.h"

// The TamaGo distribution's runtime has no way in for an exception that is to
// become a panic, so here every one is fatal. R0 = frame.
TEXT ·throw(SB),NOSPLIT|NOFRAME,$0
	MOVW	68(R0), R1
	MOVW	60(R0), R2
	MOVW	72(R0), R3
	MOVW	R0, R13
	SUB	$32, R13
	MOVW	R1, 4(R13)
	MOVW	R2, 8(R13)
	MOVW	R3, 12(R13)
	BL	·crash(SB)
	B	0(PC)

// Its goroutines run until they yield.
TEXT ·preempt(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xe95d7fff	// ldmdb sp, {r0-r14}^
	WORD	$0xf8bd0a00	// rfeia sp!
