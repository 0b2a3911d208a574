//go:build tamago

#include "textflag.h"

// func Read32(addr uintptr) uint32
TEXT ·Read32(SB),NOSPLIT,$0-12
	MOVQ	addr+0(FP), AX
	MOVL	(AX), AX
	MOVL	AX, ret+8(FP)
	RET

// func Write32(addr uintptr, val uint32)
TEXT ·Write32(SB),NOSPLIT,$0-12
	MOVQ	addr+0(FP), AX
	MOVL	val+8(FP), CX
	MOVL	CX, (AX)
	RET

// func Read8(addr uintptr) uint8
TEXT ·Read8(SB),NOSPLIT,$0-9
	MOVQ	addr+0(FP), AX
	MOVBLZX	(AX), AX
	MOVB	AX, ret+8(FP)
	RET

// func Write8(addr uintptr, val uint8)
TEXT ·Write8(SB),NOSPLIT,$0-9
	MOVQ	addr+0(FP), AX
	MOVBLZX	val+8(FP), CX
	MOVB	CX, (AX)
	RET

// func Read16(addr uintptr) uint16
TEXT ·Read16(SB),NOSPLIT,$0-10
	MOVQ	addr+0(FP), AX
	MOVWLZX	(AX), AX
	MOVW	AX, ret+8(FP)
	RET

// func Write16(addr uintptr, val uint16)
TEXT ·Write16(SB),NOSPLIT,$0-10
	MOVQ	addr+0(FP), AX
	MOVWLZX	val+8(FP), CX
	MOVW	CX, (AX)
	RET

// func Read64(addr uintptr) uint64
TEXT ·Read64(SB),NOSPLIT,$0-16
	MOVQ	addr+0(FP), AX
	MOVQ	(AX), AX
	MOVQ	AX, ret+8(FP)
	RET

// func Write64(addr uintptr, val uint64)
TEXT ·Write64(SB),NOSPLIT,$0-16
	MOVQ	addr+0(FP), AX
	MOVQ	val+8(FP), CX
	MOVQ	CX, (AX)
	RET

// func In8(port uint16) uint8
TEXT ·In8(SB),NOSPLIT,$0-9
	MOVW	port+0(FP), DX
	INB
	MOVB	AX, ret+8(FP)
	RET

// func Out8(port uint16, val uint8)
TEXT ·Out8(SB),NOSPLIT,$0-3
	MOVW	port+0(FP), DX
	MOVB	val+2(FP), AX
	OUTB
	RET

// func Out16(port uint16, val uint16)
TEXT ·Out16(SB),NOSPLIT,$0-4
	MOVW	port+0(FP), DX
	MOVW	val+2(FP), AX
	OUTW
	RET

// func In32(port uint16) uint32
TEXT ·In32(SB),NOSPLIT,$0-12
	MOVW	port+0(FP), DX
	INL
	MOVL	AX, ret+8(FP)
	RET

// func Out32(port uint16, val uint32)
TEXT ·Out32(SB),NOSPLIT,$0-8
	MOVW	port+0(FP), DX
	MOVL	val+4(FP), AX
	OUTL
	RET
