#include "textflag.h"

// System calls that package syscall makes by itself. ENOSYS is 38.

// func seek(fd int, offset int64, whence int) (newoffset int64, errno int)
TEXT ·seek(SB),NOSPLIT,$0-28
	MOVW	$0, R0
	MOVW	R0, newoffset_lo+16(FP)
	MOVW	R0, newoffset_hi+20(FP)
	MOVW	$38, R0
	MOVW	R0, errno+24(FP)
	RET

// func rawVforkSyscall(trap, a1, a2, a3 uintptr) (r1, err uintptr)
TEXT ·rawVforkSyscall(SB),NOSPLIT,$0-24
	MOVW	$-1, R0
	MOVW	R0, r1+16(FP)
	MOVW	$38, R0
	MOVW	R0, err+20(FP)
	RET

// func rawSyscallNoError(trap uintptr, a1, a2, a3 uintptr) (r1, r2 uintptr)
TEXT ·rawSyscallNoError(SB),NOSPLIT|NOFRAME,$0-24
	B	runtime·portSyscallNoError(SB)
