//go:build tamago

#include "textflag.h"

// unsealed, and room for what boot/verify -seal writes.
DATA ·sealedPolls+0(SB)/8, $-1
GLOBL ·sealedPolls(SB),RODATA|NOPTR,$512
DATA ·sealedUndos+0(SB)/8, $-1
GLOBL ·sealedUndos(SB),RODATA|NOPTR,$512

// func pollTable() *sealTable
TEXT ·pollTable(SB),NOSPLIT,$0-8
	MOVQ	$·sealedPolls(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

// func undoTable() *sealTable
TEXT ·undoTable(SB),NOSPLIT,$0-8
	MOVQ	$·sealedUndos(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
