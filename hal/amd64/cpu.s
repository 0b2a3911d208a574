//go:build tamago && amd64

#include "textflag.h"

// func rdtsc() uint64
TEXT ·rdtsc(SB),NOSPLIT,$0-8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+0(FP)
	RET

// func startFIFO() (status, c uint8)
// In one piece, with nothing to translate or to wait for between the instructions: see
// initConsole.
TEXT ·startFIFO(SB),NOSPLIT,$0-2
	MOVW	$0x3fd, DX	// LSR
	INB
	MOVB	AX, CX
	MOVW	$0x3f8, DX	// RBR
	INB
	MOVB	AX, BX
	MOVW	$0x3fa, DX	// FCR: trigger at 14, clear both, enable
	MOVB	$0b11000111, AX
	OUTB
	MOVB	CX, status+0(FP)
	MOVB	BX, c+1(FP)
	RET

// func cr4() uintptr
TEXT ·cr4(SB),NOSPLIT,$0-8
	MOVQ	CR4, AX
	MOVQ	AX, ret+0(FP)
	RET

// func loadTables(gdt, idt *uint16)
// The code segment keeps its selector and meaning, so CS needs no reload; the
// task register does (Intel SDM 8.2.3), and so do the data segments: what they hold is a
// place in the loader's table, and IRET checks SS against ours.
TEXT ·loadTables(SB),NOSPLIT,$0-16
	MOVQ	gdt+0(FP), AX
	BYTE	$0x0f; BYTE $0x01; BYTE $0x10	// lgdt [rax]
	MOVW	$0x18, CX
	BYTE	$0x0f; BYTE $0x00; BYTE $0xd9	// ltr cx
	MOVW	$0x10, CX
	BYTE	$0x8e; BYTE $0xd1	// mov ss, cx
	BYTE	$0x8e; BYTE $0xd9	// mov ds, cx
	BYTE	$0x8e; BYTE $0xc1	// mov es, cx
	MOVQ	idt+8(FP), AX
	BYTE	$0x0f; BYTE $0x01; BYTE $0x18	// lidt [rax]
	RET

// func tripleFault()
// An interrupt with no table to find its handler in resets the processor.
TEXT ·tripleFault(SB),NOSPLIT|NOFRAME,$0
	CLI
	SUBQ	$16, SP
	MOVQ	$0, 0(SP)
	MOVQ	$0, 8(SP)
	BYTE	$0x0f; BYTE $0x01; BYTE $0x1c; BYTE $0x24	// lidt [rsp]
	INT	$3
	HLT
	JMP	-1(PC)

// func protect(tables uintptr)
// No-execute, then write protection for the kernel itself, then the tables that use both
// (Intel SDM 4.6). Without the first, bit 63 of an entry is reserved. Loading CR3 empties the
// TLB: no page is global (4.10.4.1).
#define MSR_EFER	0xc0000080
TEXT ·protect(SB),NOSPLIT,$0-8
	MOVL	$MSR_EFER, CX
	RDMSR
	BTSL	$11, AX			// NXE
	WRMSR
	MOVQ	CR0, AX
	BTSQ	$16, AX			// WP
	MOVQ	AX, CR0
	MOVQ	tables+0(FP), AX
	MOVQ	AX, CR3
	RET

// func segments() (text, etext, rodata, noptrdata, end uintptr)
TEXT ·segments(SB),NOSPLIT,$0-40
	MOVQ	$runtime·text(SB), AX
	MOVQ	AX, text+0(FP)
	MOVQ	$runtime·etext(SB), AX
	MOVQ	AX, etext+8(FP)
	MOVQ	$runtime·rodata(SB), AX
	MOVQ	AX, rodata+16(FP)
	MOVQ	$runtime·noptrdata(SB), AX
	MOVQ	AX, noptrdata+24(FP)
	MOVQ	$runtime·end(SB), AX
	MOVQ	AX, end+32(FP)
	RET
