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

// func access()
// The stamp is the instruction that reads the timer's current count, by which the counter
// is one late.
TEXT ·access(SB),NOSPLIT,$0-0
	MOVL	$0xfee00390, R8
	MOVL	(R8), R8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	DECQ	AX
	MOVQ	AX, ·stamp(SB)
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

// func writeProtect(on bool)
// CR0.WP (Intel SDM 4.6.1).
TEXT ·writeProtect(SB),NOSPLIT,$0-1
	MOVQ	CR0, AX
	BTRQ	$16, AX
	CMPB	on+0(FP), $0
	JEQ	off
	BTSQ	$16, AX
off:
	MOVQ	AX, CR0
	RET

// func idtBase() uintptr
TEXT ·idtBase(SB),NOSPLIT,$16-8
	WORD	$0x010f; BYTE $0x0c; BYTE $0x24	// sidt (rsp)
	MOVQ	2(SP), AX
	MOVQ	AX, ret+0(FP)
	RET

// entered is put before the entry of the timer's interrupt: it notes when that was reached.
// The counter is read in the fourth instruction.
TEXT entered<>(SB),NOSPLIT|NOFRAME,$0
	PUSHQ	AX
	PUSHQ	CX
	PUSHQ	DX
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVL	·entries+(8*8)(SB), CX
	INCL	CX
	MOVL	CX, ·entries+(8*8)(SB)
	ANDL	$7, CX
	LEAQ	·entries(SB), DX
	MOVQ	AX, (DX)(CX*8)
	MOVQ	·timerEntry(SB), AX
	XCHGQ	AX, 16(SP)		// AX is its own again, and the entry is on top
	POPQ	DX
	POPQ	CX
	BYTE	$0xc3			// ret

// func enteredCode() uintptr
TEXT ·enteredCode(SB),NOSPLIT,$0-8
	LEAQ	entered<>(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

// func send(n uint32)
TEXT ·send(SB),NOSPLIT,$0-4
	MOVL	n+0(FP), AX
	ORL	$(1<<18), AX		// to itself
	MOVL	$0xfee00300, CX		// interrupt command (Intel SDM figure 10-12)
	MOVL	AX, (CX)
	RET
