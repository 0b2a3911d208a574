//go:build tamago

#include "textflag.h"

// Operations by address to the point of coherency (ARM ARM = ARM DDI 0406C.d, B4.2.1), and
// between them and the device's registers a barrier (A3.8.3).
#define DSB WORD $0xf57ff04f

// func toDevice(start, end uintptr)
TEXT ·toDevice(SB),NOSPLIT,$0-8
	MOVW	start+0(FP), R0
	MOVW	end+4(FP), R1
clean:
	CMP	R1, R0
	BHS	cleaned
	MCR	15, 0, R0, C7, C14, 1 // DCCIMVAC: clean and invalidate
	ADD	$64, R0
	B	clean
cleaned:
	DSB
	RET

// func fromDevice(start, end uintptr)
TEXT ·fromDevice(SB),NOSPLIT,$0-8
	DSB // what the device has written is before what follows
	MOVW	start+0(FP), R0
	MOVW	end+4(FP), R1
drop:
	CMP	R1, R0
	BHS	dropped
	MCR	15, 0, R0, C7, C6, 1 // DCIMVAC: invalidate
	ADD	$64, R0
	B	drop
dropped:
	DSB
	RET
