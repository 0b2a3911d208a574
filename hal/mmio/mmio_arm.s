//go:build tamago

#include "textflag.h"

// Device memory is strongly ordered as hal/arm maps it, so no barrier is needed
// between two accesses; a driver that hands memory to a device needs one.

// func Read32(addr uintptr) uint32
TEXT ·Read32(SB),NOSPLIT,$0-8
	MOVW	addr+0(FP), R0
	MOVW	(R0), R0
	MOVW	R0, ret+4(FP)
	RET

// func Write32(addr uintptr, val uint32)
TEXT ·Write32(SB),NOSPLIT,$0-8
	MOVW	addr+0(FP), R0
	MOVW	val+4(FP), R1
	MOVW	R1, (R0)
	RET

// func Read8(addr uintptr) uint8
TEXT ·Read8(SB),NOSPLIT,$0-5
	MOVW	addr+0(FP), R0
	MOVBU	(R0), R0
	MOVB	R0, ret+4(FP)
	RET

// func Write8(addr uintptr, val uint8)
TEXT ·Write8(SB),NOSPLIT,$0-5
	MOVW	addr+0(FP), R0
	MOVBU	val+4(FP), R1
	MOVB	R1, (R0)
	RET

// func Read16(addr uintptr) uint16
TEXT ·Read16(SB),NOSPLIT,$0-6
	MOVW	addr+0(FP), R0
	MOVHU	(R0), R0
	MOVH	R0, ret+4(FP)
	RET

// func Write16(addr uintptr, val uint16)
TEXT ·Write16(SB),NOSPLIT,$0-6
	MOVW	addr+0(FP), R0
	MOVHU	val+4(FP), R1
	MOVH	R1, (R0)
	RET

// func Read64(addr uintptr) uint64
TEXT ·Read64(SB),NOSPLIT,$0-12
	MOVW	addr+0(FP), R0
	MOVW	0(R0), R1
	MOVW	4(R0), R2
	MOVW	R1, ret_lo+4(FP)
	MOVW	R2, ret_hi+8(FP)
	RET

// func Write64(addr uintptr, val uint64)
TEXT ·Write64(SB),NOSPLIT,$0-12
	MOVW	addr+0(FP), R0
	MOVW	val_lo+4(FP), R1
	MOVW	val_hi+8(FP), R2
	MOVW	R1, 0(R0)
	MOVW	R2, 4(R0)
	RET
