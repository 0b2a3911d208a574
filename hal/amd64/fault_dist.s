//go:build tamago && amd64 && !stockgo

#include "textflag.h"

// The TamaGo distribution's runtime has no way in for an exception that is to
// become a panic, so here every one is fatal.
TEXT ·throw(SB),NOSPLIT|NOFRAME,$0
	MOVQ	0(SP), AX
	MOVQ	8(SP), BX
	MOVQ	16(SP), CX
	MOVQ	40(SP), DX
	MOVQ	CR2, SI
	SUBQ	$48, SP
	MOVQ	AX, 0(SP)
	MOVQ	BX, 8(SP)
	MOVQ	CX, 16(SP)
	MOVQ	DX, 24(SP)
	MOVQ	SI, 32(SP)
	CALL	·crash(SB)
	JMP	·tripleFault(SB)

// Its goroutines run until they yield.
TEXT ·preempt(SB),NOSPLIT|NOFRAME,$0
	IRETQ
