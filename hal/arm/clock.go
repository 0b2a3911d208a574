//go:build tamago && arm

package arm

import (
	"math"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/rt/irq"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
	_ "unsafe"
)

func counter() uint64
func counterHz() uint32
func setCompare(at uint64)
func stopTimer()

// nsPerCount: the counter's frequencies, 8 MHz on the chip and 62.5 MHz in QEMU,
// divide a second of nanoseconds, so the clock needs no fractions.
//
// They are set before the package's initialisers run, so neither may have one: a constant is
// not one, a call is.
var (
	nsPerCount uint64      = 1
	counts     hal.Divisor // of nanoseconds
)

// initCounter sets the core's counter going, at the frequency that the chip or QEMU has.
func initCounter() {
	if imx6ul.Native {
		imx6ul.ARM.InitGenericTimers(imx6ul.SYS_CNT_BASE, 8_000_000)
	} else {
		imx6ul.ARM.InitGenericTimers(0, 62_500_000)
	}
}

func initClock() {
	nsPerCount = 1e9 / uint64(counterHz())
	counts = hal.NewDivisor(nsPerCount)
	imx6ul.ARM.TimerMultiplier = float64(nsPerCount) // it may not be the chip's
}

// CounterHz returns the frequency of the clock.
func CounterHz() uint32 { return counterHz() }

// now is the clock of hal. It is the same time as the runtime's, which TamaGo
// computes from the same counter in floating point and starts at 1. Any level.
//
//go:nosplit
//go:linkname now github.com/tamagotake/tamagotake/rt/platform.Now
func now() int64 {
	return int64(counter()*nsPerCount) + 1
}

// alarm programs the physical timer for one interrupt. The time is rounded up to
// the counter, so that it has come when the interrupt does. The timer's line is asserted only
// while the time has come, so none is pending for a time that it was programmed to before.
//
//go:nosplit
//go:linkname alarm github.com/tamagotake/tamagotake/rt/platform.alarm
func alarm(atNS int64) (setNS int64, count uint64) {
	if atNS == math.MaxInt64 {
		stopTimer()
	} else {
		setCompare(counts.Quotient(uint64(max(atNS, 1)-1)) + 1)
	}
	return atNS, irq.Counted(LineTimer)
}

// interrupts counts the timer's.
//
//go:nosplit
//go:linkname interrupts github.com/tamagotake/tamagotake/rt/platform.interrupts
func interrupts() uint64 { return irq.Counted(LineTimer) }
