//go:build tamago

#include "textflag.h"

// As in tricks_amd64.s. The rules have this name for arithmetic.
TEXT runtime·findTimer(SB),NOSPLIT,$0
	RET

TEXT ·callSpoof(SB),NOSPLIT,$4
	BL	runtime·findTimer(SB)
	RET

TEXT ·callRun(SB),NOSPLIT,$4
	BL	github·com∕tamagotake∕tamagotake∕hal∕arm·run(SB)
	RET

TEXT ·writeG(SB),NOSPLIT,$0
	MOVW	R0, g
	RET
