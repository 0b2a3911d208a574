//go:build tamago && amd64

#include "textflag.h"

// func stop()
// For ever: an NMI ends a HLT also where interrupts are masked.
TEXT ·stop(SB),NOSPLIT,$0-0
again:
	CLI
	HLT
	JMP	again
