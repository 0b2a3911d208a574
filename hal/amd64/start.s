//go:build tamago && amd64

#include "go_asm.h"
#include "textflag.h"

// The first instructions of the kernel, in 32-bit protected mode, paging off,
// interrupts off. The machine enters here in one of two ways:
//
//	PVH         EBX = address of hvm_start_info
//	            (Xen public/arch-x86/hvm/start_info.h): QEMU's -kernel
//	Multiboot2  EAX = BOOTED_BY_MULTIBOOT, EBX = address of tags
//	            (Multiboot2 Specification 2.0, 3.3, 3.6): GRUB, from a disk
//
// Both have a memory map, which memory_map.h reads, and a command line, which command_line.h
// takes over before anything is written to where that lies.
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

// Beyond the end of the kernel: what the runtime takes to start, two pieces of heap, which
// grows by 4 MiB, the boot stack, and the devices' memory. Measured on q35: the kernel comes to
// its prompt with 8,891 KiB and not with 8,763; with one piece of heap a collection under load
// is out of memory.
#define HEAP_MIN	(13<<20)

// An entry of features: the bit, the register, and the name in CPUID's manual (Intel SDM
// volume 2A, CPUID; AMD APM volume 3, E.4.2) and QEMU's.
#define IN_1_DX	0
#define IN_1_CX	1
#define IN_80000001_DX	2

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

	MOVL	CX, SI

#include "loader.h"

	CALL	pc<>(SB)
	MOVL	$·commandLine(SB), BX
	LEAL	6(AX)(BX*1), DX
#include "command_line.h"
#include "memory_map.h"

	// RamSize = DX. The address is the next instruction's plus an offset, and
	// the next instruction's address is what a call pushes.
store:
	CALL	pc<>(SB)
	MOVL	$runtime∕goos·RamSize(SB), BX	// lea: offset from the end of this
	LEAL	6(AX)(BX*1), BX
	MOVL	DX, (BX)

	// Is there room for the kernel to start? If not, the runtime would stop with a trace
	// of its own, before there is anybody to catch that.
	CALL	pc<>(SB)
	MOVL	$runtime·end(SB), BX
	LEAL	6(AX)(BX*1), BX
	ADDL	$(HEAP_MIN - MEMORY_START), BX
	CMPL	DX, BX
	JCS	tooLittle

	// What the processor must have: the compiler's code, cpuinit, the random numbers,
	// which TamaGo draws with RDRAND, and the timer. Each would be missed the hard way, and
	// most before there is a console. CPUID is asked for each, since it leaves one register
	// of those that 32-bit mode has, DI, beside the stack and the frame pointer.
	CALL	pc<>(SB)
	MOVL	$features<>(SB), DI
	LEAL	6(AX)(DI*1), DI
feature:
	MOVBLZX	1(DI), AX
	CMPL	AX, $IN_80000001_DX
	JEQ	extended
	JHI	all
	MOVL	$1, AX
	CPUID
	MOVBLZX	1(DI), AX
	CMPL	AX, $IN_1_DX
	JEQ	look
	MOVL	CX, DX
	JMP	look
extended:
	MOVL	$0x80000000, AX
	CPUID
	XORL	DX, DX
	CMPL	AX, $0x80000001
	JCS	look
	MOVL	$0x80000001, AX
	CPUID
look:
	MOVBLZX	0(DI), CX
	BTL	CX, DX
	JCC	missing
	ADDL	$16, DI
	JMP	feature
all:
	JMP	cpuinit(SB)

missing:
	CALL	pc<>(SB)
	MOVL	$missingText<>(SB), BX
	LEAL	6(AX)(BX*1), BX
	CALL	print<>(SB)
	LEAL	2(DI), BX
	CALL	print<>(SB)
	CALL	pc<>(SB)
	MOVL	$adviceText<>(SB), BX
	LEAL	6(AX)(BX*1), BX
	CALL	print<>(SB)
	JMP	fail<>(SB)

tooLittle:
	CALL	tooLittleText<>(SB)
	MOVL	AX, BX
	CALL	print<>(SB)
	JMP	fail<>(SB)

// The loader's command line; empty if it has none.
GLOBL ·commandLine(SB),NOPTR,$COMMAND_LINE_SIZE

// The image's configuration: see internal/bootconfig.
DATA ·configuration+0(SB)/8, $"#TAMAGOT"
DATA ·configuration+8(SB)/8, $"AKE-CFG1"
DATA ·configuration+16(SB)/8, $·configuration(SB)
GLOBL ·configuration(SB),NOPTR,$const_configurationSize

// func Configuration() *[configurationSize]byte
TEXT ·Configuration(SB),NOSPLIT,$0-8
	MOVQ	$·configuration(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

// func commandLineText() *[4096]byte
TEXT ·commandLineText(SB),NOSPLIT,$0-8
	MOVQ	$·commandLine(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

DATA features<>+0(SB)/8, $"\x00\x00FPU\x00\x00\x00"
DATA features<>+8(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+16(SB)/8, $"\x04\x00TSC\x00\x00\x00"
DATA features<>+24(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+32(SB)/8, $"\x05\x00MSR\x00\x00\x00"
DATA features<>+40(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+48(SB)/8, $"\x06\x00PAE\x00\x00\x00"
DATA features<>+56(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+64(SB)/8, $"\x08\x00CX8\x00\x00\x00"
DATA features<>+72(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+80(SB)/8, $"\x09\x00APIC\x00\x00"
DATA features<>+88(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+96(SB)/8, $"\x0f\x00CMOV\x00\x00"
DATA features<>+104(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+112(SB)/8, $"\x18\x00FXSR\x00\x00"
DATA features<>+120(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+128(SB)/8, $"\x19\x00SSE\x00\x00\x00"
DATA features<>+136(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+144(SB)/8, $"\x1a\x00SSE2\x00\x00"
DATA features<>+152(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+160(SB)/8, $"\x1e\x01RDRAND"
DATA features<>+168(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+176(SB)/8, $"\x1d\x02LM (64"
DATA features<>+184(SB)/8, $" bits)\x00\x00"
DATA features<>+192(SB)/8, $"\x14\x02NX\x00\x00\x00\x00"
DATA features<>+200(SB)/8, $"\x00\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+208(SB)/8, $"\x1a\x02PDPE1G"
DATA features<>+216(SB)/8, $"B\x00\x00\x00\x00\x00\x00\x00"
DATA features<>+224(SB)/8, $0xff00
DATA features<>+232(SB)/8, $0
GLOBL features<>(SB),RODATA,$240
DATA missingText<>+0(SB)/8, $"tamagota"
DATA missingText<>+8(SB)/8, $"ke: this"
DATA missingText<>+16(SB)/8, $" process"
DATA missingText<>+24(SB)/8, $"or has n"
DATA missingText<>+32(SB)/8, $"o \x00\x00\x00\x00\x00\x00"
GLOBL missingText<>(SB),RODATA,$40
DATA adviceText<>+0(SB)/8, $"; start "
DATA adviceText<>+8(SB)/8, $"QEMU wit"
DATA adviceText<>+16(SB)/8, $"h -cpu m"
DATA adviceText<>+24(SB)/8, $"ax\r\n\x00\x00\x00\x00"
GLOBL adviceText<>(SB),RODATA,$32

// fail ends the emulator with status 3 if it was started so that it can be (exit.go), and
// stops otherwise: a machine that starts again would come here again.
TEXT fail<>(SB),NOSPLIT|NOFRAME,$0
	MOVL	$3, AX			// hal.StatusCrash
	BYTE	$0xe6; BYTE $0xf4	// out 0xf4, al
stop:
	CLI
	HLT
	JMP	stop

// print writes the text at BX, up to a zero, to the first serial port, and waits until it is
// out: with a bound, since there may be no port. AX, BX, CX, DX are used.
TEXT print<>(SB),NOSPLIT|NOFRAME,$0
character:
	MOVL	$(1<<20), CX
ready:
	MOVW	$0x3fd, DX
	INB
	ANDL	$0x60, AX
	CMPL	AX, $0x60		// both registers of the transmitter are empty
	JEQ	write
	SUBL	$1, CX
	JNE	ready
write:
	MOVBLZX	(BX), AX
	CMPL	AX, $0
	JEQ	written
	MOVW	$0x3f8, DX
	OUTB
	ADDL	$1, BX
	JMP	character
written:
	RET

// tooLittleText returns the address of a text, which is among the code: the read-only data may
// lie where there is no memory.
TEXT tooLittleText<>(SB),NOSPLIT|NOFRAME,$0
	CALL	pc<>(SB)
	ADDL	$4, AX			// this instruction and the next
	RET
	BYTE $0x74; BYTE $0x61; BYTE $0x6d; BYTE $0x61; BYTE $0x67; BYTE $0x6f; BYTE $0x74; BYTE $0x61	// tamagota
	BYTE $0x6b; BYTE $0x65; BYTE $0x3a; BYTE $0x20; BYTE $0x74; BYTE $0x6f; BYTE $0x6f; BYTE $0x20	// ke: too
	BYTE $0x6c; BYTE $0x69; BYTE $0x74; BYTE $0x74; BYTE $0x6c; BYTE $0x65; BYTE $0x20; BYTE $0x6d	// little m
	BYTE $0x65; BYTE $0x6d; BYTE $0x6f; BYTE $0x72; BYTE $0x79; BYTE $0x3b; BYTE $0x20; BYTE $0x73	// emory; s
	BYTE $0x74; BYTE $0x61; BYTE $0x72; BYTE $0x74; BYTE $0x20; BYTE $0x51; BYTE $0x45; BYTE $0x4d	// tart QEM
	BYTE $0x55; BYTE $0x20; BYTE $0x77; BYTE $0x69; BYTE $0x74; BYTE $0x68; BYTE $0x20; BYTE $0x2d	// U with -
	BYTE $0x6d; BYTE $0x20; BYTE $0x33; BYTE $0x32; BYTE $0x4d; BYTE $0x0d; BYTE $0x0a; BYTE $0x00	// m 32M

TEXT pc<>(SB),NOSPLIT|NOFRAME,$0
	MOVL	0(SP), AX
	RET
