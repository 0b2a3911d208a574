//go:build tamago && arm && stockgo

package arm

import "runtime"

// bootGuard returns the page below the boot stack, at which the heap ends.
func bootGuard() uintptr { return uintptr(runtime.BootGuard()) }

// firstVariable returns the first address of the variables' segment that is written. What
// lies before it is about the build.
func firstVariable(noptrdata uintptr) uintptr { return uintptr(runtime.FirstVariable()) }
