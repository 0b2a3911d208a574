//go:build tamago && amd64

#include "textflag.h"

#include "go_asm.h"

// Everything that the entry of an interrupt saves, and the table's address off the stack.
#define RESTORE \
	MOVQ	TLS, CX; MOVQ	528(SP), DX; MOVQ	DX, (CX)(TLS*1); \
	FXRSTOR64 16(SP); ADDQ	$(16+512+8), SP; \
	POPQ	R15; POPQ	R14; POPQ	R13; POPQ	R12; POPQ	R11; POPQ	R10; POPQ	R9; POPQ	R8; \
	POPQ	DI; POPQ	SI; POPQ	BP; POPQ	BX; POPQ	DX; POPQ	CX; POPQ	AX; \
	ADDQ	$8, SP

// 256 gates, eight bytes of code each, so that the handler can tell the vector
// from the address that the call in it pushes. Exceptions for which the processor
// pushes no error code push a zero (Intel SDM table 6-1), so that all look alike.

#define INT	CALL interrupt<>(SB); BYTE $0x90; BYTE $0x90; BYTE $0x90
#define INT8	INT; INT; INT; INT; INT; INT; INT; INT
#define EXC	BYTE $0x6a; BYTE $0x00; CALL exception<>(SB); BYTE $0x90
#define EXCERR	BYTE $0x90; BYTE $0x90; CALL exception<>(SB); BYTE $0x90

TEXT exceptionTable<>(SB),NOSPLIT|NOFRAME,$0
	EXC; EXC; EXC; EXC; EXC; EXC; EXC; EXC			// 0-7
	EXCERR; EXC; EXCERR; EXCERR; EXCERR; EXCERR; EXCERR; EXC // 8-15
	EXC; EXCERR; EXC; EXC; EXC; EXCERR; EXC; EXC		// 16-23
	EXC; EXC; EXC; EXC; EXC; EXCERR; EXCERR; EXC		// 24-31

// Vectors 32 to 255, and at the end the one for NMI, which is vector 2 but is
// served as a line.
TEXT interruptTable<>(SB),NOSPLIT|NOFRAME,$0
	INT8; INT8; INT8; INT8; INT8; INT8; INT8; INT8
	INT8; INT8; INT8; INT8; INT8; INT8; INT8; INT8
	INT8; INT8; INT8; INT8; INT8; INT8; INT8; INT8
	INT8; INT8; INT8; INT8
	CALL	nonMaskable<>(SB)

// func vectorTables() (exceptions, interrupts uintptr)
TEXT ·vectorTables(SB),NOSPLIT,$0-16
	LEAQ	exceptionTable<>(SB), AX
	MOVQ	AX, exceptions+0(FP)
	LEAQ	interruptTable<>(SB), AX
	MOVQ	AX, interrupts+8(FP)
	RET

// An interrupt. On the static stack that the gate's IST entry names: the address
// after the call in the table, then what the processor pushed. Everything that
// compiled Go may change is saved, the vector registers in one piece, and g twice: in
// R14 and in its thread-local place, which differ inside of the runtime's gogo and mcall.
//
// The processor aligns the stack to 16 before it pushes its five words (Intel SDM 6.14.2);
// with the address and the fifteen registers that is 168 bytes, and with what is added
// below them a multiple of 16 again, as FXSAVE wants it.
//
// The real-time executor is entered at the tail, on this stack. If that is what was
// struck, this is its nested stack, and the interrupt only wakes.
TEXT interrupt<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	PUSHQ	AX
	PUSHQ	CX
	PUSHQ	DX
	PUSHQ	BX
	PUSHQ	BP
	PUSHQ	SI
	PUSHQ	DI
	PUSHQ	R8
	PUSHQ	R9
	PUSHQ	R10
	PUSHQ	R11
	PUSHQ	R12
	PUSHQ	R13
	PUSHQ	R14
	PUSHQ	R15
	MOVQ	(15*8)(SP), AX
	LEAQ	interruptTable<>-(32*8)(SB), CX
	SUBQ	CX, AX
	SHRQ	$3, AX			// vector
	SUBQ	$(16+512+8), SP
	FXSAVE64 16(SP)			// below it, where Go may put a register argument
	MOVQ	TLS, CX
	MOVQ	(CX)(TLS*1), DX
	MOVQ	DX, 528(SP)
	LEAQ	·realtimeG(SB), R14
	MOVQ	R14, (CX)(TLS*1)
	XORPS	X15, X15
	CLD
	ADDL	$1, ·level(SB)
	JNE	nested
	MOVQ	·deliverFunc(SB), DX
	CALL	(DX)
	TESTQ	CX, CX
	JEQ	others
poll:
	CALL	·run(SB)
leave:
	SUBL	$1, ·level(SB)
	JGE	restore			// to a poll
	CMPL	github·com∕tamagotake∕tamagotake∕rt∕platform·preemptPending(SB), $0
	JNE	tryPreempt
restore:
	RESTORE
	IRETQ

others:					// AX is the vector
	MOVQ	·othersFunc(SB), DX
	CALL	(DX)
	TESTQ	CX, CX
	JNE	poll
	JMP	leave

nested:
	MOVQ	·nestedFunc(SB), DX
	CALL	(DX)
	JMP	leave

	// A goroutine waits that the interrupt, or one before, was for. The frame is put as if
	// everything had been restored and the processor were about to return.
tryPreempt:
	MOVQ	·tryPreemptFunc(SB), DX
	CALL	(DX)
	TESTB	AX, AX
	JEQ	restore
	RESTORE
	JMP	·preempt(SB)		// fault_stock.s, fault_dist.s

// A non-maskable interrupt. See nmis in realtime.go.
//
// It may strike between the STI and the HLT of hal's wait, whose shadow keeps other interrupts
// off but not always this one (Intel SDM volume 2, STI), and the IRET ends the shadow: what
// this interrupt is for would be done before the HLT, which then halts although there is a
// goroutine to run. So the HLT is left out.
TEXT nonMaskable<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	PUSHQ	AX
	ADDQ	$1, ·nmis(SB)
	MOVL	$const_lapicICR, AX
	MOVL	$(const_icrSelf|const_vectorSelf), (AX)
	LEAQ	github·com∕tamagotake∕tamagotake∕rt∕platform·wait+1(SB), AX	// behind the STI
	CMPQ	AX, 16(SP)		// rip
	JNE	out
	ADDQ	$1, 16(SP)
out:
	POPQ	AX
	ADDQ	$8, SP			// the table's address
	IRETQ

// An exception. On its own static stack: the address after the call, the error
// code or zero, what the processor pushed. The vector takes the address's place.
TEXT exception<>(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	PUSHQ	AX
	PUSHQ	CX
	MOVQ	16(SP), AX
	LEAQ	exceptionTable<>(SB), CX
	SUBQ	CX, AX
	SHRQ	$3, AX
	MOVQ	AX, 16(SP)
	CMPL	·level(SB), $const_levelThread
	JNE	below
	POPQ	CX
	POPQ	AX
	JMP	·throw(SB)		// fault_stock.s, fault_dist.s

	// In a real-time poll: it ends there. Nothing of it need be kept.
below:
	CMPL	·level(SB), $const_levelPoll
	JNE	interrupted
	MOVQ	AX, ·faultFrame+0(SB)
	MOVQ	24(SP), AX
	MOVQ	AX, ·faultFrame+8(SB)
	MOVQ	32(SP), AX
	MOVQ	AX, ·faultFrame+16(SB)
	MOVQ	56(SP), AX
	MOVQ	AX, ·faultFrame+24(SB)
	MOVQ	CR2, AX
	MOVQ	AX, ·faultFrame+32(SB)
	MOVQ	BP, ·faultFrame+40(SB)
	JMP	·contain(SB)

	// In code that runs at interrupt level, below any goroutine: nobody can
	// take this as a panic.
interrupted:
	MOVQ	16(SP), AX
	MOVQ	24(SP), BX		// error code
	MOVQ	32(SP), CX		// rip
	MOVQ	56(SP), DX		// rsp
	MOVQ	CR2, SI
	SUBQ	$48, SP
	MOVQ	AX, 0(SP)
	MOVQ	BX, 8(SP)
	MOVQ	CX, 16(SP)
	MOVQ	DX, 24(SP)
	MOVQ	SI, 32(SP)
	CALL	·crash(SB)
	JMP	·tripleFault(SB)
