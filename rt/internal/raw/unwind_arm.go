package raw

import (
	"runtime"
	"unsafe"
)

// unwind finds the return addresses on a piece of stack that begins at the stack pointer.
//
// The prologue of a Go function with a frame of size n is, after the look at the guard,
// STR LR, [SP, #-n]! (cmd/internal/obj/arm/obj5.go): before it the return address is in
// LR, and after it at the stack pointer, with the caller's frame n above.
func unwind(pc, lr uintptr, stack []uintptr) (callers []uintptr) {
	const callersMax = 16
	for sp := 0; len(callers) < callersMax; {
		f := runtime.FuncForPC(pc)
		if f == nil && len(callers) == 0 && runtime.FuncForPC(lr-1) != nil {
			callers = append(callers, lr) // a call of what is not code
			pc = lr - 1
			continue
		}
		if f == nil {
			break
		}
		ret := lr
		if n, at := frame(f.Entry()); n > 0 && pc > at {
			if sp >= len(stack) {
				break
			}
			ret = stack[sp]
			sp += n
		} else if len(callers) > 0 {
			break // only the innermost has none
		}
		callers = append(callers, ret)
		pc = ret - 1
	}
	return callers
}

// frame returns the size in words of the frame of the function at entry, 0 for none, and
// where it is made.
func frame(entry uintptr) (words int, at uintptr) {
	const prologueMax = 16
	for i := uintptr(0); i < prologueMax; i++ {
		at = entry + 4*i
		code := **(**uint32)(unsafe.Pointer(&at))
		if code>>12 == 0xe52de {
			return int(code&0xfff) / 4, at
		}
	}
	return 0, 0
}
