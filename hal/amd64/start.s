//go:build tamago && amd64

#include "textflag.h"

// The first instructions of the kernel, in 32-bit protected mode, paging off,
// interrupts off. The machine enters here in one of two ways:
//
//	PVH         EBX = address of hvm_start_info
//	            (Xen public/arch-x86/hvm/start_info.h): QEMU's -kernel
//	Multiboot2  EAX = BOOTED_BY_MULTIBOOT, EBX = address of tags
//	            (Multiboot2 Specification 2.0, 3.3, 3.6): GRUB, from a disk
//
// Both have a memory map, which memory_map.h reads. There is no command line to take
// over: the kernel has no options.
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

TEXT _tamagotake_start(SB),NOSPLIT|NOFRAME,$0
	CLI
	CLD
	MOVL	AX, CX
	MOVL	$0xff, AX
	BYTE	$0xe6; BYTE $0x21	// out 0x21, al
	BYTE	$0xe6; BYTE $0xa1	// out 0xa1, al

	// UEFI runs in long mode. A loader may leave its bits in CR4, from which cpuinit
	// would take the processor to be in that still.
	XORL	AX, AX
	MOVL	AX, CR4

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

	// TamaGo draws its random numbers with RDRAND and would find out the hard
	// way, before there is anybody to tell.
	MOVL	CX, SI
	MOVL	$1, AX
	CPUID
	BTL	$30, CX
	JCC	noRandom

#include "memory_map.h"

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
