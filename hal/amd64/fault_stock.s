//go:build tamago && amd64 && stockgo

#include "textflag.h"

// An exception outside of interrupt level goes to the runtime of boot/port, as a
// signal: a nil dereference in a task becomes a panic in that task.
TEXT ·throw(SB),NOSPLIT|NOFRAME,$0
	JMP	runtime·Exception(SB)

// An interrupt returns to a goroutine while another waits for its turn.
TEXT ·preempt(SB),NOSPLIT|NOFRAME,$0
	JMP	runtime·Preempt(SB)
