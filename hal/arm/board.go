//go:build tamago && arm

// Package arm is the hardware layer for NXP i.MX6UL boards: QEMU's
// mcimx6ul-evk and, with the tag usbarmory, the USB armory Mk II. One Cortex-A7.
//
//	             device
//	               | line
//	     GICv2 / generic timer
//	               | IRQ
//	vectors.s: save, banked stack, hal/line.Deliver
//	               | wake
//	          rt/task, rt/sched
//
// TamaGo's packages bring processor, memory management unit and chip up, before
// any init function runs; this package then takes the vectors over, because
// TamaGo handles one interrupt at a time by waking one goroutine.
//
// Memory, all of it mapped one to one:
//
//	0x8000_0000  vectors, page tables (TamaGo); memory of the stacks of front.go
//	0x8001_0000  kernel: text, data, bss
//	             heap, growing up
//	top          boot stack (g0), growing down
//	0xf000_0000  interrupt, exception and real-time stacks with guard pages
//
// Manuals: ARM ARM = ARM DDI 0406C.d, Architecture Reference Manual ARMv7-A;
// GIC = ARM IHI 0048B.b, Generic Interrupt Controller 2.0; IMX6ULLRM = i.MX 6ULL
// Applications Processor Reference Manual, rev. 1.
package arm

import (
	"runtime/goos"

	"tamagotake/hal"

	"github.com/usbarmory/tamago/arm"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

func setStacks(irq, abt, und, other uint32)

func irqEntry()
func dataAbort()
func prefetchAbort()
func undefined()
func unexpected()

// init takes over from TamaGo's board package, which the runtime has called by
// then: vectors, stacks, interrupt controller, clock. From here on an exception
// has a place to go, and interrupts are enabled with every line masked.
func init() {
	hal.MaskInterrupts()
	mapStacks()
	setStacks(stackIRQ, stackAbort, stackUndef, stackOther)
	imx6ul.ARM.SetVectorTable(arm.VectorTable{
		Reset:         unexpected,
		Undefined:     undefined,
		Supervisor:    unexpected,
		PrefetchAbort: prefetchAbort,
		DataAbort:     dataAbort,
		IRQ:           irqEntry,
		FIQ:           unexpected,
	})
	initController()
	initClock()
	goos.Idle = hal.Idle
	goos.Exit = exit
	hal.RestoreInterrupts(0)
}

// Machine returns what this runs on.
func Machine() string {
	name := boardName + boardModel()
	if !imx6ul.Native {
		name += " (emulated)"
	}
	return name + ", " + imx6ul.Model() + ", ARM Cortex-A7"
}
