//go:build tamago

#include "textflag.h"

// func overflow()
// Writes beyond the end of the stack. No function of Go gets there: they look first.
TEXT ·overflow(SB),NOSPLIT|NOFRAME,$0
more:
	PUSHQ	AX
	JMP	more

// func loseG()
TEXT ·loseG(SB),NOSPLIT,$0
	MOVQ	$0xdead000000000000, AX
	MOVQ	TLS, CX
	MOVQ	AX, (CX)(TLS*1)
	MOVQ	AX, R14
	MOVQ	(AX), AX
	RET
