//go:build tamago

#include "textflag.h"

// A name of the runtime's that it does not have on this machine: a function that ends the
// task, by the rules.
TEXT runtime·panicExtend(SB),NOSPLIT,$0
	RET

TEXT ·callSpoof(SB),NOSPLIT,$0
	CALL	runtime·panicExtend(SB)
	RET

// A jump into the executor's entry, which calls the address in a register.
TEXT ·callRun(SB),NOSPLIT,$0
	CALL	github·com∕tamagotake∕tamagotake∕hal∕amd64·run(SB)
	RET

TEXT ·writeG(SB),NOSPLIT,$0
	MOVQ	AX, (TLS)
	RET
