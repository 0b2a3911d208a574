//go:build tamago

package hal

import "github.com/tamagotake/tamagotake/rt/platform"

// The console's output, before, while and after a driver has the port:
//
//	start          the machine writes to the port and waits for it
//	SetConsole     the driver's print takes each byte
//	ReleaseConsole the driver sends what it still has, and the machine writes again
//
// The last is for the end: a crash report must not depend on interrupts, tasks or the
// driver, and comes after what was printed before it.
var console struct {
	print func(c byte)
	drain func()
	taken bool
}

// SetConsole gives the console to a driver. print takes one byte; it may be called at any
// level but interrupt entry, and on any stack, so it must not wait for a task, nor grow
// the stack. drain returns when all that print has taken is out, or given up. Thread
// level.
func SetConsole(print func(c byte), drain func()) {
	saved := platform.MaskInterrupts()
	console.print, console.drain, console.taken = print, drain, true
	platform.RestoreInterrupts(saved)
}

// Print gives a byte to the console's driver. It reports false if there is none, or it is
// no longer asked: then the machine writes to the port itself.
//
//go:nosplit
func Print(c byte) bool {
	if !console.taken {
		return false
	}
	if crashing() {
		ReleaseConsole()
		return false
	}
	console.print(c)
	return true
}

// ReleaseConsole takes the console from its driver, when what it has is out. Any level.
//
//go:nosplit
func ReleaseConsole() {
	saved := platform.MaskInterrupts()
	if console.taken {
		console.taken = false
		console.drain()
	}
	platform.RestoreInterrupts(saved)
}
