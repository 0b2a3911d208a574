//go:build tamago && amd64

package amd64

import (
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// Ways out. Each acts a little after the store, and the processor runs on; hence a pause before
// the next is tried. It is long: an emulator ends in a thread of its own, which on a busy host has
// its turn later.
const (
	resetPort = 0xcf9 // ICH9 13.7.5
	resetFull = 0x06

	keyboardPort  = 0x64 // 8042: pulses the processor's reset
	keyboardReset = 0xfe

	// QEMU's isa-debug-exit, where QEMU was told of it: ends the emulator with
	// status 2v + 1. Without it, the write goes nowhere.
	exitPort = 0xf4

	pauseNS = 2e9
)

func tripleFault()

func stop()

// Halt switches the machine off, when what was printed is out. One that cannot be switched
// off by what this package knows stops, and says so: to start it again would be the opposite
// of what was asked for.
func Halt() {
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	powerOff()
	pause()
	puts("this machine has no power switch that the kernel knows: it has stopped and can be switched off\n")
	stop()
}

// Reboot restarts the machine, when what was printed is out.
func Reboot() {
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	reset()
}

// exit ends the system: it is the runtime's exit. Any status but 0 is a failure: it ends the
// emulator with that status if it can (see exitPort), and restarts the machine otherwise.
func exit(code int32) {
	if code == 0 {
		Halt()
	}
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	leave(hal.ExitStatus(code))
}

//go:nosplit
func leave(status uint8) {
	mmio.Out8(exitPort, status)
	pause()
	reset()
}

//go:nosplit
func reset() {
	if chip.asked() == chipsetMicroVM {
		mmio.Write8(gedReset, gedResetOn)
	} else {
		mmio.Out8(resetPort, resetFull)
	}
	pause()
	mmio.Out8(keyboardPort, keyboardReset)
	pause()
	tripleFault()
}

//go:nosplit
func pause() {
	for end := now() + pauseNS; now() < end; {
	}
}

// crash reports an exception that no task can be charged with: it struck at interrupt level.
// No runtime, no heap: digits to the port.
//
//lint:ignore U1000 called from vectors.s
//go:nosplit
func crash(vector, code, rip, rsp, addr uintptr) {
	hal.ReleaseConsole()
	puts("\nkernel fault at interrupt level: vector ")
	putx(vector)
	puts(" error ")
	putx(code)
	puts(" rip ")
	putx(rip)
	puts(" rsp ")
	putx(rsp)
	puts(" cr2 ")
	putx(addr)
	if r := memory.Find(addr); vector == 14 && r != nil {
		puts(" (")
		puts(r.Name)
		puts(")")
	}
	puts("\n")
	leave(hal.StatusCrash)
}

//go:nosplit
func puts(s string) {
	for i := 0; i < len(s); i++ {
		printk(s[i])
	}
}

//go:nosplit
func putx(v uintptr) {
	puts("0x")
	for shift := 60; shift >= 0; shift -= 4 {
		putc("0123456789abcdef"[v>>uint(shift)&0xf])
	}
}
