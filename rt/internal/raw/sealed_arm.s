//go:build tamago

#include "textflag.h"

// unsealed, and room for what boot/verify -seal writes.
DATA ·sealedPolls+0(SB)/4, $-1
GLOBL ·sealedPolls(SB),RODATA|NOPTR,$256
DATA ·sealedUndos+0(SB)/4, $-1
GLOBL ·sealedUndos(SB),RODATA|NOPTR,$256

// func pollTable() *sealTable
TEXT ·pollTable(SB),NOSPLIT,$0-4
	MOVW	$·sealedPolls(SB), R0
	MOVW	R0, ret+0(FP)
	RET

// func undoTable() *sealTable
TEXT ·undoTable(SB),NOSPLIT,$0-4
	MOVW	$·sealedUndos(SB), R0
	MOVW	R0, ret+0(FP)
	RET
