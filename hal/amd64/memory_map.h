// How much memory there is, from what the loader tells: part of the start, and of a test
// that runs on the host, since these instructions mean the same in 32-bit and 64-bit mode.
//
// SI is how we came here, DI the address of the information. DX becomes the bytes of
// memory from MEMORY_START on; AX, BX, CX, SI, DI are used.
//
// An entry of a map, of either protocol: address, size, 64 bits each, type, 32 bits.

#define TAG_MEMORY	6
#define ENTRY_SIZE	24
#define MEMORY_START	0x100000
#define MEMORY_LIMIT	0xc0000000	// above it are devices
#define MEMORY_DEFAULT	0x4000000	// without a map: hope for 64 MiB

	// Find the map: from BX to below CX, DI bytes an entry.
	CMPL	SI, $BOOTED_BY_MULTIBOOT
	JEQ	tags
	CMPL	DI, $0
	JEQ	unknown
	MOVL	0(DI), AX
	CMPL	AX, $START_MAGIC
	JNE	unknown
	MOVL	4(DI), AX		// version 0 has no memory map
	CMPL	AX, $0
	JEQ	unknown
	MOVL	40(DI), BX		// memmap_paddr
	MOVL	48(DI), CX		// memmap_entries
	SHLL	$3, CX
	MOVL	CX, AX
	ADDL	CX, CX
	ADDL	AX, CX
	ADDL	BX, CX
	MOVL	$ENTRY_SIZE, DI
	JMP	map

	// Tags, each a type, a size, and as much content; rounded up to 8 bytes.
tags:
	MOVL	DI, CX
	ADDL	0(DI), CX		// total_size
	ADDL	$8, DI
tag:
	CMPL	DI, CX
	JCC	unknown
	CMPL	4(DI), $8		// of a tag with nothing in it
	JCS	unknown
	MOVL	0(DI), AX
	CMPL	AX, $TAG_MEMORY
	JEQ	memory
	CMPL	AX, $0			// the last one
	JEQ	unknown
	ADDL	4(DI), DI
	ADDL	$7, DI
	ANDL	$~7, DI
	JMP	tag
memory:
	MOVL	DI, CX
	ADDL	4(DI), CX
	LEAL	16(DI), BX
	MOVL	8(DI), DI		// entry_size
	CMPL	DI, $ENTRY_SIZE
	JCS	unknown

	// DX = the end of the memory that begins at MEMORY_START. It may be told in pieces:
	// each entry that holds DX moves it to its own end, and all are looked at again, as
	// long as that happens. UEFI has many, and among them tables and data of ACPI, types
	// 3 and 4, in the middle of memory: nobody here reads them, or sleeps and has the
	// firmware read them again.
map:
	MOVL	$MEMORY_START, DX
again:
	MOVL	BX, SI
entry:
	CMPL	SI, CX
	JCC	found
	MOVL	16(SI), AX
	CMPL	AX, $1			// usable
	JEQ	usable
	CMPL	AX, $3
	JEQ	usable
	CMPL	AX, $4
	JNE	next
usable:
	MOVL	4(SI), AX		// address, high half
	CMPL	AX, $0
	JNE	next
	MOVL	0(SI), AX
	CMPL	AX, DX
	JHI	next
	ADDL	8(SI), AX		// size
	JCS	limit
	CMPL	12(SI), $0
	JNE	limit
	CMPL	AX, $MEMORY_LIMIT
	JLS	end
limit:
	MOVL	$MEMORY_LIMIT, AX
end:
	CMPL	AX, DX
	JLS	next
	MOVL	AX, DX
	JMP	again
next:
	ADDL	DI, SI
	JMP	entry
found:
	SUBL	$MEMORY_START, DX
	JNE	store
unknown:
	MOVL	$MEMORY_DEFAULT, DX
