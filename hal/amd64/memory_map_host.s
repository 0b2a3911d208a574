//go:build !tamago && amd64

#include "textflag.h"

// func memorySize(magic, info uint32) uint32
TEXT ·memorySize(SB),NOSPLIT,$0-12
	MOVL	magic+0(FP), SI
	MOVL	info+4(FP), DI
#include "memory_map.h"
store:
	MOVL	DX, ret+8(FP)
	RET
