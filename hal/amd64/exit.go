//go:build tamago && amd64

package amd64

import (
	"tamagotake/hal"
	"tamagotake/hal/mmio"
)

// Ways out. Each acts a little after the store, and the processor runs on for some
// instructions; hence a pause before the next is tried.
const (
	pm1aControl = 0x604  // ICH9 13.8.3.3, where the firmware puts it
	pm1aS5      = 0x2000 // SLP_EN, and SLP_TYP 0: soft off
	resetPort   = 0xcf9  // ICH9 13.7.5
	resetFull   = 0x06

	// microvm has the registers of a hardware-reduced ACPI machine instead
	// (ACPI 6.4, 4.8.3.7: sleep control, reset).
	gedSleep   = 0xfea00200
	gedSleepS5 = 5<<2 | 1<<5
	gedReset   = 0xfea00202
	gedResetOn = 0x42

	// QEMU's isa-debug-exit, there under test only: ends the emulator with
	// status 2v + 1. Without it, the write goes nowhere.
	exitPort  = 0xf4
	exitCrash = 1

	pauseNS = 100e6
)

func tripleFault()

// isQ35 asks for the host bridge; microvm has no PCI.
//
//go:nosplit
func isQ35() bool {
	const address, data, hostBridge = 0xcf8, 0xcfc, 0x29c08086
	mmio.Out32(address, 1<<31)
	return mmio.In32(data) == hostBridge
}

// Halt switches the machine off, when what was printed is out.
func Halt() {
	hal.MaskInterrupts()
	hal.ReleaseConsole()
	if isQ35() {
		mmio.Out16(pm1aControl, pm1aS5)
	} else {
		mmio.Write8(gedSleep, gedSleepS5)
	}
	pause()
	reset()
}

// Reboot restarts the machine, when what was printed is out.
func Reboot() {
	hal.MaskInterrupts()
	hal.ReleaseConsole()
	reset()
}

// exit ends the system: it is the runtime's exit. Any status but 0 is a crash: it
// ends the emulator with status 3 if that was started for a test, and restarts
// the machine otherwise.
func exit(code int32) {
	if code == 0 {
		Halt()
	}
	hal.MaskInterrupts()
	hal.ReleaseConsole()
	leave()
}

//go:nosplit
func leave() {
	mmio.Out8(exitPort, exitCrash)
	pause()
	reset()
}

//go:nosplit
func reset() {
	if isQ35() {
		mmio.Out8(resetPort, resetFull)
	} else {
		mmio.Write8(gedReset, gedResetOn)
	}
	pause()
	tripleFault()
}

//go:nosplit
func pause() {
	for end := now() + pauseNS; now() < end; {
	}
}

// crash reports an exception that nobody can take: it struck at interrupt level.
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
	leave()
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
