//go:build !tamago && amd64

#include "textflag.h"
#include "loader.h"

// func memorySize(magic, info uint32) uint32
TEXT ·memorySize(SB),NOSPLIT,$0-12
	MOVL	magic+0(FP), SI
	MOVL	info+4(FP), DI
#include "memory_map.h"
store:
	MOVL	DX, ret+8(FP)
	RET

// func copyCommandLine(magic, info, place uint32)
TEXT ·copyCommandLine(SB),NOSPLIT,$0-12
	MOVL	magic+0(FP), SI
	MOVL	info+4(FP), DI
	MOVL	place+8(FP), DX
#include "command_line.h"
	RET
