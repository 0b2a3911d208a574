//go:build tamago

#include "textflag.h"

// The entry of the poll functions: the counter first, which is one instruction late.
TEXT stamped<>(SB),NOSPLIT|NOFRAME,$0
	MOVQ	AX, R8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	DECQ	AX
	MOVQ	AX, ·stamp(SB)
	MOVQ	R8, AX
	MOVQ	·pollFunc(SB), DX
	MOVQ	(DX), CX
	JMP	CX

// func entryCode() uintptr
TEXT ·entryCode(SB),NOSPLIT,$0-8
	LEAQ	stamped<>(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

// func setTimer(n uint32) uint64
TEXT ·setTimer(SB),NOSPLIT,$0-16
	MOVL	n+0(FP), CX
	MOVL	$0xfee00380, R8
	RDTSC
	MOVL	CX, (R8)
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+8(FP)
	RET

// func counter() uint64
TEXT ·counter(SB),NOSPLIT,$0-8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+0(FP)
	RET

// func haltOnce()
// Unless the stamp is there already: with interrupts masked, so that it does not come in
// between.
TEXT ·haltOnce(SB),NOSPLIT,$0-0
	CLI
	CMPQ	·stamp(SB), $0
	JNE	there
	STI
	HLT
	RET
there:
	STI
	RET
