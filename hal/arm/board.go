//go:build tamago && arm

package arm

import (
	"runtime/goos"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"

	"github.com/usbarmory/tamago/arm"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

func setStacks(irq, abt, und, other uint32)
func setVectors(base uint32, monitor bool)

func irqEntry()
func dataAbort()
func prefetchAbort()
func undefined()
func unexpected()

// initProcessor is the first half of what the runtime calls when there is a heap and no
// initialiser has run: from here on an exception has a place to go and the end of the
// kernel leaves the machine. What TamaGo's imx6ul.Init does is done here step by step, with
// other tables.
func initProcessor() {
	platform.MaskInterrupts()
	cpu := imx6ul.ARM
	cpu.Init(tamagoVectors)
	initVectors()
	goos.Idle = platform.Idle
	goos.Exit = exit
	initUART()
	cpu.EnableSMP() // before tables and caches are used; what a serial download leaves off
	initMemory()
	cpu.EnableCache()
	setStacks(stackIRQ, stackAbort, stackUndef, stackOther)
	initCounter()
	initCommandLine()
}

// initVectors has the processor's exceptions come to this package. TamaGo keeps a page that
// it takes for the vectors, because it writes there whenever it is asked whether the processor
// is in the secure state; the real ones are a copy, in a page that will be read-only. The
// stacks are where they will be, but the addresses are physical ones for now.
func initVectors() {
	imx6ul.ARM.SetVectorTable(arm.VectorTable{
		Reset:         unexpected,
		Undefined:     undefined,
		Supervisor:    unexpected,
		PrefetchAbort: prefetchAbort,
		DataAbort:     dataAbort,
		IRQ:           irqEntry,
		FIQ:           unexpected,
	})
	const size = 2 * 8 * 4 // a jump each, and where to
	for i := uintptr(0); i < size; i += 4 {
		mmio.Write32(vectors+i, mmio.Read32(tamagoVectors+i))
	}
	setVectors(vectors, imx6ul.ARM.Secure())
	irq := uint32(stackMemory + stackRealtimeSize + stackIRQSize)
	setStacks(irq, irq+pageSize, irq+2*pageSize, irq+3*pageSize)
}

// initInterrupts is the second half, after the board's: interrupts are enabled, with every
// line masked.
func initInterrupts() {
	initController()
	initClock()
	platform.RestoreInterrupts(0)
}

// Machine returns what this runs on.
func Machine() string {
	name := boardName + boardModel()
	if !imx6ul.Native {
		name += " (emulated)"
	}
	return name + ", " + imx6ul.Model() + ", ARM Cortex-A7"
}
