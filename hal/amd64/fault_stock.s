//go:build tamago && amd64 && stockgo

#include "textflag.h"

// An exception outside of interrupt level goes to the runtime of boot/port, as a
// signal: a nil dereference in a task becomes a panic in that task. It goes on with
// interrupts enabled, although it may have struck where they were masked: that section is
// over, and nothing else would enable them. On the stack: vector, error code, RIP, CS, flags.
TEXT ·throw(SB),NOSPLIT|NOFRAME,$0
	ORQ	$(1<<9), 32(SP)
	JMP	runtime·Exception(SB)

// An interrupt returns to a goroutine while another waits for its turn.
TEXT ·preempt(SB),NOSPLIT|NOFRAME,$0
	JMP	runtime·Preempt(SB)
