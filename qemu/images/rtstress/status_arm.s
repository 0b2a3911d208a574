//go:build tamago

#include "textflag.h"

// func vectorStatus() uint32
TEXT ·vectorStatus(SB),NOSPLIT,$0-4
	WORD	$0xeef10a10	// vmrs r0, fpscr
	MOVW	R0, ret+0(FP)
	RET

// func setVectorStatus(status uint32)
TEXT ·setVectorStatus(SB),NOSPLIT,$0-4
	MOVW	status+0(FP), R0
	WORD	$0xeee10a10	// vmsr fpscr, r0
	RET
