//go:build tamago && arm

#include "go_asm.h"
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

// func Configuration() *[configurationSize]byte
TEXT ·Configuration(SB),NOSPLIT,$0-4
	MOVW	$·configuration(SB), R0
	MOVW	R0, ret+0(FP)
	RET

// The image's configuration: see internal/bootconfig.
DATA ·configuration+0(SB)/8, $"#TAMAGOT"
DATA ·configuration+8(SB)/8, $"AKE-CFG1"
DATA ·configuration+16(SB)/4, $·configuration(SB)
GLOBL ·configuration(SB),NOPTR,$const_configurationSize

// func waitForInterrupt()
TEXT ·waitForInterrupt(SB),NOSPLIT,$0-0
	WORD	$0xe320f003	// wfi
	RET

// func enableMMU(table uintptr)
// The tables are in memory, since the caches are off. What the TLB has from before is
// dropped first, and the barriers see to the order (ARM ARM B3.10.1, B3.18.7). Domain 0, which
// all entries name, is a client: the permissions are checked (B4.1.43). Without TEX remap and
// access flags the attributes are as in mapping.go (B4.1.130).
#define DSB	WORD $0xf57ff04f
#define ISB	WORD $0xf57ff06f
TEXT ·enableMMU(SB),NOSPLIT,$0-4
	MOVW	table+0(FP), R0
	MOVW	$0, R1
	DSB
	MCR	15, 0, R1, C8, C7, 0	// TLBIALL
	MCR	15, 0, R1, C7, C5, 0	// ICIALLU
	MCR	15, 0, R1, C7, C5, 6	// BPIALL
	DSB
	ISB
	MCR	15, 0, R0, C2, C0, 0	// TTBR0: walks are not cached
	MCR	15, 0, R1, C2, C0, 2	// TTBCR: TTBR0 for all addresses, short descriptors
	MOVW	$1, R1
	MCR	15, 0, R1, C3, C0, 0	// DACR
	ISB
	MRC	15, 0, R1, C1, C0, 0	// SCTLR
	BIC	$(1<<29 | 1<<28), R1	// AFE, TRE
	ORR	$1, R1			// M
	MCR	15, 0, R1, C1, C0, 0
	DSB
	ISB
	RET

// func segments() (text, etext, rodata, noptrdata, end uintptr)
TEXT ·segments(SB),NOSPLIT,$0-20
	MOVW	$runtime·text(SB), R0
	MOVW	R0, text+0(FP)
	MOVW	$runtime·etext(SB), R0
	MOVW	R0, etext+4(FP)
	MOVW	$runtime·rodata(SB), R0
	MOVW	R0, rodata+8(FP)
	MOVW	$runtime·noptrdata(SB), R0
	MOVW	R0, noptrdata+12(FP)
	MOVW	$runtime·end(SB), R0
	MOVW	R0, end+16(FP)
	RET
