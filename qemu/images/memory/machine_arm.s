//go:build tamago

#include "textflag.h"

// func overflow()
// Writes beyond the end of the stack. No function of Go gets there: they look first.
TEXT ·overflow(SB),NOSPLIT|NOFRAME,$0
more:
	MOVW.W	R0, -4(R13)
	B	more

// func loseG()
TEXT ·loseG(SB),NOSPLIT,$0
	MOVW	$0xf00ffff0, g
	MOVW	(g), R0
	RET
