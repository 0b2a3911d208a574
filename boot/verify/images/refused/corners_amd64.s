//go:build tamago

#include "textflag.h"

// Stores over the address to return to, by instructions that have their operands elsewhere.
TEXT ·stringOverReturn(SB),NOSPLIT|NOFRAME,$0
	LEAQ	runtime·mallocgc(SB), AX
	MOVQ	SP, DI
	STOSQ
	RET

DATA allocator<>+0(SB)/8, $runtime·mallocgc(SB)
GLOBL allocator<>(SB), RODATA, $8

TEXT ·moveOverReturn(SB),NOSPLIT|NOFRAME,$0
	LEAQ	allocator<>(SB), SI
	MOVQ	SP, DI
	MOVSQ
	RET

TEXT ·exchangeOverReturn(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	MOVQ	(BX), AX
	LEAQ	runtime·mallocgc(SB), SI
	CMPXCHGQ	SI, (BX)
	RET

TEXT ·indexOverReturn(SB),NOSPLIT|NOFRAME,$0
	LEAQ	runtime·mallocgc(SB), AX
	XORL	BX, BX
	MOVQ	AX, 0(SP)(BX*1)
	RET

// A bit of the return address, which is at a distance that a register has.
TEXT ·bitOfReturn(SB),NOSPLIT|NOFRAME,$0
	PUSHQ	AX
	MOVQ	$70, BX
	BTCQ	BX, (SP)
	POPQ	AX
	RET

// With REX.B this is no PAUSE: the stack pointer moves by what was in R8.
TEXT ·pauseThatExchanges(SB),NOSPLIT|NOFRAME,$0
	MOVL	$0x100000, R8
	MOVL	$0, AX
	BYTE	$0xf3; BYTE $0x49; BYTE $0x90
	SUBQ	AX, SP
	ADDQ	AX, SP
	RET

// The runtime's flag for AVX guards code that is not dead: a local variable has the same name, and
// the program sets the flag itself.
DATA runtime·x86HasFMA<>+0(SB)/1, $1
GLOBL runtime·x86HasFMA<>(SB), NOPTR, $1

TEXT ·behindOwnFlag(SB),NOSPLIT|NOFRAME,$0
	CMPB	runtime·x86HasFMA<>(SB), $0
	JEQ	out
	ANDNQ	AX, BX, CX		// no AVX, although its prefix is: this is no fault
	CALL	·allocate(SB)
out:
	RET

TEXT ·behindFlag(SB),NOSPLIT|NOFRAME,$0
	CMPB	runtime·x86HasFMA(SB), $0
	JEQ	out
	ANDNQ	AX, BX, CX
	CALL	·allocate(SB)
out:
	RET

TEXT ·setFlag(SB),NOSPLIT|NOFRAME,$0
	MOVB	$1, runtime·x86HasFMA(SB)
	RET
