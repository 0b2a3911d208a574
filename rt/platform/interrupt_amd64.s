//go:build tamago

#include "textflag.h"

// func MaskInterrupts() (saved uintptr)
TEXT ·MaskInterrupts(SB),NOSPLIT,$0-8
	PUSHFQ
	CLI
	POPQ	AX
	ANDL	$(1<<9), AX
	MOVQ	AX, saved+0(FP)
	RET

// func RestoreInterrupts(saved uintptr)
// It enables interrupts or does nothing. POPFQ would take other flags along, of whatever word a
// poll function calls this with. Where an entry or the executor runs, an interrupt would begin at
// the top of the stack that is in use: an undo function may be called there with any word.
TEXT ·RestoreInterrupts(SB),NOSPLIT,$0-8
	MOVQ	saved+0(FP), AX
	TESTL	$(1<<9), AX
	JEQ	masked
	TESTL	$1, github·com∕tamagotake∕tamagotake∕hal∕amd64·level(SB)	// even at an entry, see realtime.go
	JEQ	masked
	STI
masked:
	RET

// func wait()
// STI takes effect after the next instruction, so nothing comes between the two (Intel SDM
// volume 2, STI) but a non-maskable interrupt, which looks for it: nonMaskable in hal/amd64
// knows these two, of one byte each.
TEXT ·wait(SB),NOSPLIT,$0-0
	STI
	HLT
	RET

// func wakeG(gp uint) (failed uint)
TEXT ·wakeG(SB),NOSPLIT,$0-16
	MOVQ	gp+0(FP), AX
	CALL	runtime·WakeG(SB)
	MOVQ	AX, failed+8(FP)
	RET

// func enter()
TEXT ·enter(SB),NOSPLIT|NOFRAME,$0-0
	JMP	github·com∕tamagotake∕tamagotake∕hal∕amd64·enter(SB)

// func AtThreadLevel() bool
TEXT ·AtThreadLevel(SB),NOSPLIT|NOFRAME,$0-1
	JMP	github·com∕tamagotake∕tamagotake∕hal∕amd64·atThreadLevel(SB)
