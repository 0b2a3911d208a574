//go:build tamago && amd64

#include "textflag.h"

// The first instructions of the kernel. The machine enters here as PVH says
// (Xen public/arch-x86/hvm/start_info.h): 32-bit protected mode, paging off,
// interrupts off, EBX = physical address of hvm_start_info.
//
// Two things must be done before TamaGo's cpuinit, which enables interrupts at
// its end: mask both 8259 controllers, which the firmware leaves open with
// vectors that lie on the exceptions; and find out how much memory there is,
// since cpuinit puts the stack at its end.
//
// The assembler writes 64-bit code. Only instructions whose encoding means the
// same in 32-bit mode are used: no 64-bit operands, no R8 to R15, and no symbol
// as an operand, because that is an offset from RIP in one mode and an absolute
// address in the other. The two variables that must be written are reached by hand.

#define START_MAGIC	0x336ec578
#define MEMORY_START	0x100000
#define MEMORY_LIMIT	0xc0000000	// above it are devices
#define MEMORY_DEFAULT	0x4000000	// without a map: hope for 64 MiB

TEXT _tamagotake_start(SB),NOSPLIT|NOFRAME,$0
	CLI
	CLD
	MOVL	$0xff, AX
	BYTE	$0xe6; BYTE $0x21	// out 0x21, al
	BYTE	$0xe6; BYTE $0xa1	// out 0xa1, al

	// When this was, for those who measure the start. DI keeps BX.
	MOVL	BX, DI
	MOVL	$0x9000, SP
	RDTSC
	MOVL	AX, SI
	CALL	pc<>(SB)
	MOVL	$·entryTSC(SB), BX	// lea: see store
	LEAL	6(AX)(BX*1), BX
	MOVL	SI, (BX)
	MOVL	DX, 4(BX)
	MOVL	DI, BX

	// TamaGo draws its random numbers with RDRAND and would find out the hard
	// way, before there is anybody to tell.
	MOVL	BX, SI
	MOVL	$1, AX
	CPUID
	BTL	$30, CX
	JCC	noRandom
	MOVL	SI, BX

	MOVL	$MEMORY_DEFAULT, DX
	CMPL	BX, $0
	JEQ	store
	MOVL	0(BX), AX
	CMPL	AX, $START_MAGIC
	JNE	store
	MOVL	4(BX), AX		// version 0 has no memory map
	CMPL	AX, $0
	JEQ	store
	MOVL	40(BX), SI		// memmap_paddr
	MOVL	48(BX), CX		// memmap_entries

	// the usable range that holds MEMORY_START
entry:
	CMPL	CX, $0
	JEQ	store
	MOVL	16(SI), AX		// type 1: usable
	CMPL	AX, $1
	JNE	next
	MOVL	4(SI), AX		// addr, high half
	CMPL	AX, $0
	JNE	next
	MOVL	0(SI), AX
	CMPL	AX, $MEMORY_START
	JHI	next
	MOVL	8(SI), DI		// size
	ADDL	DI, AX
	JCS	limit
	MOVL	12(SI), DI
	CMPL	DI, $0
	JNE	limit
	CMPL	AX, $MEMORY_LIMIT
	JLS	end
limit:
	MOVL	$MEMORY_LIMIT, AX
end:
	CMPL	AX, $MEMORY_START
	JLS	next
	SUBL	$MEMORY_START, AX
	MOVL	AX, DX
	JMP	store
next:
	ADDL	$24, SI
	SUBL	$1, CX
	JMP	entry

	// RamSize = DX. The address is the next instruction's plus an offset, and
	// the next instruction's address is what a call pushes.
store:
	CALL	pc<>(SB)
	MOVL	$runtime∕goos·RamSize(SB), BX	// lea: offset from the end of this
	LEAL	6(AX)(BX*1), BX
	MOVL	DX, (BX)
	JMP	cpuinit(SB)

noRandom:
	CALL	pc<>(SB)
	MOVL	$noRandomText<>(SB), BX
	LEAL	6(AX)(BX*1), BX
character:
	MOVB	(BX), AX
	CMPB	AX, $0
	JEQ	stop
	MOVW	$0x3f8, DX
	OUTB
	ADDL	$1, BX
	JMP	character
stop:
	HLT
	JMP	stop

DATA noRandomText<>+0(SB)/8, $"tamagota"
DATA noRandomText<>+8(SB)/8, $"ke: this"
DATA noRandomText<>+16(SB)/8, $" process"
DATA noRandomText<>+24(SB)/8, $"or has n"
DATA noRandomText<>+32(SB)/8, $"o RDRAND"
DATA noRandomText<>+40(SB)/8, $"; start "
DATA noRandomText<>+48(SB)/8, $"QEMU wit"
DATA noRandomText<>+56(SB)/8, $"h -cpu m"
DATA noRandomText<>+64(SB)/8, $"ax\r\n\x00\x00\x00\x00"
GLOBL noRandomText<>(SB),RODATA,$72

TEXT pc<>(SB),NOSPLIT|NOFRAME,$0
	MOVL	0(SP), AX
	RET
