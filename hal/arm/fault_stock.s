//go:build tamago && arm && stockgo

#include "textflag.h"

// An exception outside of interrupt level goes to the runtime of boot/port, as a
// signal: a nil dereference in a task becomes a panic in that task. It goes on with
// interrupts enabled, although it may have struck where they were masked: that section is
// over, and nothing else would enable them. R0 = frame, R1 = how to return.
TEXT ·throw(SB),NOSPLIT|NOFRAME,$0
	MOVW	64(R0), R2		// cpsr
	BIC	$0x80, R2
	MOVW	R2, 64(R0)
	B	runtime·Exception(SB)

// An interrupt returns to a goroutine while another waits for its turn.
TEXT ·preempt(SB),NOSPLIT|NOFRAME,$0
	B	runtime·Preempt(SB)
