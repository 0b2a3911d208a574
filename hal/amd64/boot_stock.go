//go:build tamago && amd64 && stockgo

package amd64

import "runtime"

// bootGuard returns the page below the boot stack, at which the heap ends.
func bootGuard() uintptr { return uintptr(runtime.BootGuard()) }

// firstVariable returns the first address of the variables' segment that is written. What
// lies before it is about the build.
func firstVariable(noptrdata uintptr) uintptr { return uintptr(runtime.FirstVariable()) }
