//go:build tamago && arm

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"

	"github.com/usbarmory/tamago/arm"
	"github.com/usbarmory/tamago/arm/gic"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
	_ "unsafe"
)

// Lines are the interrupt numbers of the controller. TamaGo's gic package sets it
// up; the registers that the interrupt path needs are named here.
const (
	gicd = imx6ul.GIC_BASE + gic.GICD_OFF
	gicc = imx6ul.GIC_BASE + gic.GICC_OFF

	gicdEnable  = gicd + gic.GICD_ISENABLER
	gicdDisable = gicd + gic.GICD_ICENABLER
	gicdConfig  = gicd + 0xc00 // GIC 4.3.13: two bits a line, the upper one for edge
	giccIAR     = gicc + gic.GICC_IAR
	giccEOIR    = gicc + gic.GICC_EOIR

	numberMask     = 0x3ff
	numberSpurious = 1020 // from here on: nothing was pending

	// LineTimer is the one-shot timer: the secure physical timer of the core.
	LineTimer = arm.TIMER_IRQ
)

// spurious counts entries for which the controller had no interrupt.
var spurious uint64

// Spurious returns how often an interrupt was gone before it could be read.
func Spurious() uint64 { return spurious }

func initController() {
	const secure, fiq = true, false
	imx6ul.GIC.Init(secure, fiq)
	irq.Register(LineTimer, "timer", irq.Edge, task.Waker{})
	unmask(LineTimer, false)
	unmask(lineSelf, false)
	unmask(lineWatchdog, false)
}

// acknowledge ends the interrupt at the controller. The timer's line stays
// asserted until the timer is stopped or set anew; it is one-shot, so the entry has
// stopped it.
//
//go:nosplit
//go:linkname acknowledge github.com/tamagotake/tamagotake/rt/irq.acknowledge
func acknowledge(n uint32) {
	*at[uint32](giccEOIR) = n // see at
}

// mask closes the line at the controller, but for the timer's, see acknowledge.
// The registers take ones for the lines to change, so nothing is read first.
//
//go:nosplit
//go:linkname mask github.com/tamagotake/tamagotake/rt/irq.mask
func mask(n uint32) {
	if n != LineTimer {
		mmio.Write32(gicdDisable+uintptr(n/32)*4, 1<<(n%32))
	}
}

// unmask opens the line, level-triggered or not.
//
//go:nosplit
//go:linkname unmask github.com/tamagotake/tamagotake/rt/irq.unmask
func unmask(n uint32, level bool) {
	const private = 32 // how these trigger is fixed
	if n >= private {
		saved := platform.MaskInterrupts()
		reg, edge := gicdConfig+uintptr(n/16)*4, uint32(2)<<(n%16*2)
		if level {
			mmio.Clear(reg, edge)
		} else {
			mmio.Set(reg, edge)
		}
		platform.RestoreInterrupts(saved)
	}
	mmio.Write32(gicdEnable+uintptr(n/32)*4, 1<<(n%32))
}
