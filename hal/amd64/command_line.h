// The command line, from what the loader tells: part of the start, and of a test that runs on the
// host, as memory_map.h is.
//
// SI is how we came here, DI the address of the information; both are kept. DX is the place for the
// text, of COMMAND_LINE_SIZE bytes, which stays as it is if there is no command line or an empty
// one. AX, BX, CX, DX are used.

#define TAG_COMMAND_LINE	1
#define COMMAND_LINE_SIZE	4096	// what QEMU hands over with PVH

	CMPL	SI, $BOOTED_BY_MULTIBOOT
	JEQ	tagsOfText
	CMPL	DI, $0
	JEQ	textDone
	MOVL	0(DI), AX
	CMPL	AX, $START_MAGIC
	JNE	textDone
	MOVL	28(DI), AX		// cmdline_paddr, high half
	CMPL	AX, $0
	JNE	textDone
	MOVL	24(DI), BX
	CMPL	BX, $0
	JEQ	textDone
	JMP	text

tagsOfText:
	MOVL	DI, CX
	ADDL	0(DI), CX		// total_size
	MOVL	DI, BX
	ADDL	$8, BX
tagOfText:
	CMPL	BX, CX
	JCC	textDone
	CMPL	4(BX), $8		// of a tag with nothing in it
	JCS	textDone
	MOVL	0(BX), AX
	CMPL	AX, $0			// the last one
	JEQ	textDone
	CMPL	AX, $TAG_COMMAND_LINE
	JEQ	textOfTag
	ADDL	4(BX), BX
	ADDL	$7, BX
	ANDL	$~7, BX
	JMP	tagOfText
textOfTag:
	ADDL	$8, BX

text:
	MOVBLZX	0(BX), AX
	CMPL	AX, $0
	JEQ	textDone
	MOVL	$(COMMAND_LINE_SIZE-1), CX
character:
	MOVB	AX, 0(DX)
	CMPL	AX, $0
	JEQ	textDone
	ADDL	$1, BX
	ADDL	$1, DX
	MOVBLZX	0(BX), AX
	SUBL	$1, CX
	JNE	character
	MOVL	$0, AX
	MOVB	AX, 0(DX)
textDone:
