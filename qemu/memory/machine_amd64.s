//go:build tamago

#include "textflag.h"

// func overflow()
// Writes beyond the end of the stack. No function of Go gets there: they look first.
TEXT ·overflow(SB),NOSPLIT|NOFRAME,$0
more:
	PUSHQ	AX
	JMP	more
