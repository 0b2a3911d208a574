//go:build tamago && arm && !stockgo

package arm

// bootGuard returns 0: in the TamaGo distribution's runtime the heap may grow up to the boot
// stack, and there is no page between them.
func bootGuard() uintptr { return 0 }

// firstVariable returns the first address of the variables' segment that is written, if what
// the linker puts in front of noptrdata begins in the same page.
func firstVariable(noptrdata uintptr) uintptr { return noptrdata }
