//go:build tamago

#include "textflag.h"

// Registers of the local APIC (Intel SDM 10.5.4).
#define TIMER_LINE	0xfee00320
#define TIMER_COUNT	0xfee00380
#define TIMER_DIVIDE	0xfee003e0

// func prepareTimer(vector uint32)
TEXT ·prepareTimer(SB),NOSPLIT,$0-4
	MOVL	$TIMER_DIVIDE, CX
	MOVL	$0xb, AX		// by one
	MOVL	AX, (CX)
	MOVL	vector+0(FP), AX	// one-shot
	MOVL	$TIMER_LINE, CX
	MOVL	AX, (CX)
	RET

// func setTimer(n uint32) uint64
TEXT ·setTimer(SB),NOSPLIT,$0-16
	MOVL	n+0(FP), CX
	MOVL	$TIMER_COUNT, R8
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
