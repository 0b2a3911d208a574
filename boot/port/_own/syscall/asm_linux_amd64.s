#include "textflag.h"

// System calls that package syscall makes by itself. ENOSYS is 38.

// func rawVforkSyscall(trap, a1, a2, a3 uintptr) (r1, err uintptr)
TEXT ·rawVforkSyscall(SB),NOSPLIT,$0-48
	MOVQ	$-1, r1+32(FP)
	MOVQ	$38, err+40(FP)
	RET

// func rawSyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr)
TEXT ·rawSyscallNoError(SB),NOSPLIT|NOFRAME,$0-48
	JMP	runtime·portSyscallNoError(SB)

// func gettimeofday(tv *Timeval) (err uintptr)
TEXT ·gettimeofday(SB),NOSPLIT|NOFRAME,$0-16
	JMP	runtime·portGettimeofday(SB)
