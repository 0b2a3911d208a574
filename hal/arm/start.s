//go:build tamago && arm

#include "textflag.h"

// The first instructions of the kernel, in the mode in which the loader leaves the processor,
// the memory management unit off, interrupts off, no stack.
//
// TamaGo's cpuinit puts the stack at the end of the memory for which the image was built. So
// this looks first whether there is memory. Where there is none
//
//	QEMU     aborts the access: tooLittle is where that goes
//	a board  drops the address bits that its chips have no use for, and the end of memory
//	         is the same place as the end of its first half
//
// The word that is changed is put back: the debugger or the boot ROM may have loaded something.
// The vectors for this are at the start of memory, where the real ones will be.

#define LOAD_PC	0xe59ff018	// ldr pc, [pc, #24]: from 32 bytes behind it
#define CALL_VECTOR	0x08
#define ABORT_VECTOR	0x10
#define MODE_MASK	0x1f
#define MODE_HYP	0x1a

TEXT _tamagotake_start(SB),NOSPLIT|NOFRAME,$0
	WORD	$0xe10f0000	// mrs r0, CPSR
	AND	$MODE_MASK, R0, R0
	CMP	$MODE_HYP, R0
	B.EQ	there		// it has vectors of its own, and loaders that use it say how much there is

	MOVW	runtime∕goos·RamStart(SB), R4
	MOVW	runtime∕goos·RamSize(SB), R5
	MOVW	$LOAD_PC, R0
	MOVW	R0, CALL_VECTOR(R4)
	MOVW	R0, ABORT_VECTOR(R4)
	MOVW	$stopped<>(SB), R0
	MOVW	R0, (CALL_VECTOR+32)(R4)
	MOVW	$tooLittle<>(SB), R0
	MOVW	R0, (ABORT_VECTOR+32)(R4)
	MRC	15, 0, R8, C12, C0, 0	// VBAR (ARM ARM B4.1.156)
	MCR	15, 0, R4, C12, C0, 0
	MOVW	$0, R0
	WORD	$0xf57ff04f	// dsb
	MCR	15, 0, R0, C7, C5, 0	// ICIALLU
	WORD	$0xf57ff06f	// isb

	ADD	R5, R4, R6
	SUB	$4, R6		// the last word
	SUB	R5>>1, R6, R7	// and that of the first half
	MOVW	(R6), R0
	MOVW	(R7), R1
	MVN	R1, R2
	MOVW	R2, (R6)
	WORD	$0xf57ff04f	// dsb
	MOVW	(R7), R3
	CMP	R1, R3
	B.NE	little
	MOVW	(R6), R3
	CMP	R2, R3
	B.NE	little
	MOVW	R0, (R6)
	WORD	$0xf57ff04f	// dsb
	MCR	15, 0, R8, C12, C0, 0
	WORD	$0xf57ff06f	// isb
there:
	B	cpuinit(SB)
little:
	B	tooLittle<>(SB)

// tooLittle says so on the console's port, which is enabled as initBoard does it for an
// emulated board, ends the emulator with status 3 if it was started so that it can be
// (exit.go), and stops otherwise: a machine that starts again would come here again.
// Registers of the port: IMX6ULLRM 55.15.
TEXT tooLittle<>(SB),NOSPLIT|NOFRAME,$0
	MOVW	·consoleBase(SB), R4
	MOVW	$0x4027, R0
	MOVW	R0, 0x84(R4)		// UCR2: no reset, receiver and transmitter, 8 bits, no RTS
	MOVW	$1, R0
	MOVW	R0, 0x80(R4)		// UCR1: enabled
	MOVW	·tooLittleText+0(SB), R5
	MOVW	·tooLittleText+4(SB), R6
	ADD	R5, R6
character:
	MOVW	$(1<<20), R1		// a bound: the port may have no clock
ready:
	MOVW	0x98(R4), R0		// USR2: transmission complete
	TST	$(1<<3), R0
	B.NE	write
	SUB.S	$1, R1
	B.NE	ready
write:
	CMP	R5, R6
	B.EQ	written
	MOVBU	(R5), R0
	MOVW	R0, 0x40(R4)		// UTXD
	ADD	$1, R5
	B	character
written:
	MOVW	$0x20, R0		// SYS_EXIT_EXTENDED
	MOVW	$·exitBlock(SB), R1
	WORD	$0xef123456	// svc 0x123456: on the chip it leads to stopped
	B	stopped<>(SB)

TEXT stopped<>(SB),NOSPLIT|NOFRAME,$0
again:
	WORD	$0xe320f003	// wfi
	B	again
