//go:build tamago

#include "textflag.h"

// func vectorStatus() uint32
TEXT ·vectorStatus(SB),NOSPLIT,$0-4
	STMXCSR	ret+0(FP)
	RET

// func setVectorStatus(status uint32)
TEXT ·setVectorStatus(SB),NOSPLIT,$0-4
	LDMXCSR	status+0(FP)
	RET
