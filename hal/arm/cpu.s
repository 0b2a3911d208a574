//go:build tamago && arm

#include "textflag.h"

// The generic timer (ARM DDI 0406C, B8).

// func counter() uint64
TEXT ·counter(SB),NOSPLIT,$0-8
	WORD	$0xf57ff06f	// isb
	WORD	$0xec510f0e	// mrrc p15, 0, r0, r1, c14 (CNTPCT)
	MOVW	R0, ret_lo+0(FP)
	MOVW	R1, ret_hi+4(FP)
	RET

// func counterHz() uint32
TEXT ·counterHz(SB),NOSPLIT,$0-4
	MRC	15, 0, R0, C14, C0, 0	// CNTFRQ
	MOVW	R0, ret+0(FP)
	RET

// func setCompare(at uint64)
// The timer interrupts when the counter is not below at.
TEXT ·setCompare(SB),NOSPLIT,$0-8
	MOVW	at_lo+0(FP), R0
	MOVW	at_hi+4(FP), R1
	WORD	$0xec410f2e	// mcrr p15, 2, r0, r1, c14 (CNTP_CVAL)
	MOVW	$1, R0
	MCR	15, 0, R0, C14, C2, 1	// CNTP_CTL: enabled
	WORD	$0xf57ff06f	// isb
	RET

// func stopTimer()
TEXT ·stopTimer(SB),NOSPLIT,$0-0
	MOVW	$0, R0
	MCR	15, 0, R0, C14, C2, 1	// CNTP_CTL: off
	WORD	$0xf57ff06f	// isb
	RET

// func semihosting(op, block uint32) uint32
// Only under emulation: on the chip this is a supervisor call.
TEXT ·semihosting(SB),NOSPLIT,$0-12
	MOVW	op+0(FP), R0
	MOVW	block+4(FP), R1
	MOVW	R14, R4
	WORD	$0xef123456	// svc 0x123456
	MOVW	R0, ret+8(FP)
	RET

// func waitForInterrupt()
TEXT ·waitForInterrupt(SB),NOSPLIT,$0-0
	WORD	$0xe320f003	// wfi
	RET
