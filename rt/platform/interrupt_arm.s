//go:build tamago

#include "textflag.h"

// func MaskInterrupts() (saved uintptr)
TEXT ·MaskInterrupts(SB),NOSPLIT,$0-4
	WORD	$0xe10f0000	// mrs r0, cpsr
	WORD	$0xf10c0080	// cpsid i
	AND	$0x80, R0
	MOVW	R0, saved+0(FP)
	RET

// func RestoreInterrupts(saved uintptr)
TEXT ·RestoreInterrupts(SB),NOSPLIT|NOFRAME,$0-4
	B	github·com∕tamagotake∕tamagotake∕hal∕arm·restoreInterrupts(SB)

// func wait()
// WFI returns for a pending interrupt even if it is masked, which is then taken
// (ARM DDI 0406C, B1.8.14).
TEXT ·wait(SB),NOSPLIT,$0-0
	WORD	$0xf57ff04f	// dsb
	WORD	$0xe320f003	// wfi
	WORD	$0xf1080080	// cpsie i
	RET

// func wakeG(gp uint) (failed uint)
TEXT ·wakeG(SB),NOSPLIT,$4-8
	MOVW	gp+0(FP), R0
	BL	runtime·WakeG(SB)
	MOVW	R0, failed+4(FP)
	RET

// func enter()
TEXT ·enter(SB),NOSPLIT|NOFRAME,$0-0
	B	github·com∕tamagotake∕tamagotake∕hal∕arm·enter(SB)

// func AtThreadLevel() bool
TEXT ·AtThreadLevel(SB),NOSPLIT|NOFRAME,$0-1
	B	github·com∕tamagotake∕tamagotake∕hal∕arm·atThreadLevel(SB)
