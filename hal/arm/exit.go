//go:build tamago && arm

package arm

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// Ways out. Each acts a little after the store, and the processor runs on; hence a pause before
// the next is tried. It is long: an emulator ends in a thread of its own, which on a busy host has
// its turn later.
const (
	// SNVSBase is where the registers of the secure non-volatile storage are.
	SNVSBase = imx6ul.SNVS_HP_BASE

	snvsLPCR    = SNVSBase + 0x38 // IMX6ULLRM 46.7: top, power-down enable, clock on
	snvsPowerUp = 0x61

	// WDOG1 is where the registers of the first watchdog are.
	WDOG1 = imx6ul.WDOG1_BASE

	wdogWCR   = WDOG1  // IMX6ULLRM 59.7.1
	wdogReset = 0x0024 // enabled, software reset signal (bit 4) asserted: low
	wdogBoth  = 0x0000 // the watchdog's signal (bit 5) as well

	pauseNS = 2e9
)

// Semihosting (ARM 100863): how a program in an emulator talks to it.
const (
	semiExitExtended = 0x20
	semiExitReason   = 0x20026 // the application has ended
)

// calling tells the vector of supervisor calls what an untaken call was for: callAsk or
// callLeave.
//
//lint:ignore U1000 read by vectors.s
var calling uint32

const (
	callAsk   = 1
	callLeave = 2
)

func semihosting(op, block uint32) uint32
func waitForInterrupt()

// Halt switches the machine off, when what was printed is out.
func Halt() {
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	mmio.Write32(snvsLPCR, snvsPowerUp)
	pause()
	reset()
}

// Reboot restarts the machine, when what was printed is out.
func Reboot() {
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	reset()
}

// exit ends the system: it is the runtime's exit. Any status but 0 is a failure: it ends the
// emulator with that status if it was started with -semihosting, and restarts the machine
// otherwise.
func exit(code int32) {
	if code == 0 {
		Halt()
	}
	platform.MaskInterrupts()
	hal.ReleaseConsole()
	exitBlock[1] = uint32(hal.ExitStatus(code))
	leave()
}

// consoleBase is the console's port for start.s, to which constants are not known.
//
//lint:ignore U1000 read by start.s
var consoleBase uint32 = ConsoleBase

var exitBlock = [2]uint32{semiExitReason, hal.StatusCrash}

// leave is the end of every failure. On the way the board's light for it is lit, which stays
// on for as long as the machine takes to restart.
//
//go:nosplit
func leave() {
	faultLight()
	if !imx6ul.Native {
		calling = callLeave
		semihosting(semiExitExtended, uint32(uintptr(unsafe.Pointer(&exitBlock))))
	}
	reset()
}

// reset restarts the machine. In QEMU it is the combination of enabled and a time of 0 that
// does it, which cannot be had if the watchdog has been enabled before; then both signals
// together do.
//
//go:nosplit
func reset() {
	mmio.Write16(wdogWCR, wdogReset)
	pause()
	mmio.Write16(wdogWCR, wdogBoth)
	for {
		waitForInterrupt()
	}
}

//go:nosplit
func pause() {
	for end := now() + pauseNS; now() < end; {
	}
}

// crash reports an exception that no task can be charged with: it struck at interrupt level,
// or one that cannot happen. No runtime, no heap: digits to the port.
//
//lint:ignore U1000 called from vectors.s
//go:nosplit
func crash(vector, pc, addr uint32) {
	hal.ReleaseConsole()
	puts("\nkernel fault at interrupt level: vector ")
	putx(vector)
	puts(" pc ")
	putx(pc)
	puts(" address ")
	putx(addr)
	if r := memory.Find(uintptr(addr)); (vector == vectorPrefetchAbort || vector == vectorDataAbort) && r != nil {
		puts(" (")
		puts(r.Name)
		puts(")")
	}
	puts("\n")
	leave()
}
