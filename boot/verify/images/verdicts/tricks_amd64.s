//go:build tamago

#include "textflag.h"

// Each hides something from a reader of the image who looks for the usual forms only. Where
// the assembler would keep account of the stack, the bytes are written out.

// 32 KiB below the stack pointer.
TEXT ·moveStackByAddress(SB),NOSPLIT|NOFRAME,$0
	BYTE	$0x48; BYTE $0x8d; BYTE $0xa4; BYTE $0x24; LONG $0xffff8000	// lea rsp, [rsp-0x8000]
	MOVQ	$1, 0(SP)
	BYTE	$0x48; BYTE $0x8d; BYTE $0xa4; BYTE $0x24; LONG $0x00008000	// lea rsp, [rsp+0x8000]
	RET

TEXT ·moveStackByRegister(SB),NOSPLIT|NOFRAME,$0
	MOVQ	·wide(SB), BX
	SUBQ	BX, SP
	MOVQ	$1, 0(SP)
	ADDQ	BX, SP
	RET

TEXT ·pushInLoop(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	MOVQ	$4000, DX
again:
	BYTE	$0x52	// push rdx
	SUBQ	$1, DX
	JNE	again
	MOVQ	BX, SP
	RET

// A return that is a call.
TEXT ·returnToAllocator(SB),NOSPLIT|NOFRAME,$0
	LEAQ	runtime·mallocgc(SB), BX
	BYTE	$0x53	// push rbx
	RET

// internal/runtime/atomic has a function of this name on ARM, which may call by address.
TEXT cas<>(SB),NOSPLIT|NOFRAME,$0
	LEAQ	runtime·mallocgc(SB), BX
	CALL	BX
	RET

TEXT ·callLocalCas(SB),NOSPLIT|NOFRAME,$0
	CALL	cas<>(SB)
	RET

// The upper half of Y registers is not saved.
TEXT ·loadVector(SB),NOSPLIT|NOFRAME,$0
	VMOVDQU	0(SP), Y5
	RET

TEXT ·clearVector(SB),NOSPLIT|NOFRAME,$0
	VPXOR	Y3, Y3, Y3
	RET

TEXT ·leaveStack(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	MOVQ	$0x300000, SP
	MOVQ	BX, -16(SP)
	MOVQ	BX, SP
	RET
