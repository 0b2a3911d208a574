//go:build tamago && amd64

package amd64

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	_ "unsafe"
)

// Lines are vectors. Those of the IOAPIC inputs follow the exceptions in order,
// so that the number of a line tells its input.
const (
	vectorNMI      = 2
	vectorGSI      = 32 // input 0 of the first IOAPIC
	gsiMax         = 48
	vectorTimer    = 0xe0
	vectorSelf     = 0xe1 // from this processor to itself
	vectorBudget   = 0xe2 // the timer, while it bounds a poll
	vectorSpurious = 0xff

	// LineCOM1 is the first serial port's receive and transmit interrupt.
	LineCOM1 = vectorGSI + 4
	// LineTimer is the one-shot timer.
	LineTimer = vectorTimer
	// LineNMI is the non-maskable interrupt.
	LineNMI = vectorNMI
)

// Local APIC (Intel SDM table 10-1).
const (
	lapicBase    = 0xfee00000
	lapicTPR     = lapicBase + 0x080
	lapicEOI     = lapicBase + 0x0b0
	lapicSVR     = lapicBase + 0x0f0
	lapicISR     = lapicBase + 0x100
	lapicICR     = lapicBase + 0x300
	lapicTimer   = lapicBase + 0x320
	lapicLINT0   = lapicBase + 0x350
	lapicLINT1   = lapicBase + 0x360
	lapicInitial = lapicBase + 0x380
	lapicCurrent = lapicBase + 0x390
	lapicDivide  = lapicBase + 0x3e0

	svrEnable = 1 << 8
	lvtMasked = 1 << 16
	icrSelf   = 1 << 18 // to itself, fixed, edge
	lvtNMI    = 0b100 << 8
)

// I/O APIC (IOAPIC 3.0): two registers, an index and a window. microvm has a
// second one, for inputs 24 to 47.
const (
	ioapicBase   = 0xfec00000
	ioapicStep   = 0x10000
	ioapicInputs = 24
	ioapicSelect = 0x00
	ioapicWindow = 0x10
	ioapicVer    = 1
	ioapicTable  = 0x10

	entryMasked = 1 << 16
	entryLevel  = 1 << 15
)

var ioapics uintptr = 1

// LineGSI is the line of an input of the I/O APICs, counted through.
func LineGSI(gsi uint32) uint32 { return vectorGSI + gsi }

func initController() {
	for ; ioapics < 2; ioapics++ {
		mmio.Write32(ioapicBase+ioapics*ioapicStep+ioapicSelect, ioapicVer)
		if v := mmio.Read32(ioapicBase + ioapics*ioapicStep + ioapicWindow); v == 0 || v == ^uint32(0) {
			break
		}
	}
	for gsi := uintptr(0); gsi < ioapics*ioapicInputs; gsi++ {
		writeEntry(gsi, 1, 0) // to the first processor
		writeEntry(gsi, 0, entryMasked|uint32(vectorGSI+gsi))
	}
	mmio.Write32(lapicSVR, svrEnable|vectorSpurious)
	mmio.Write32(lapicTPR, 0)
	mmio.Write32(lapicLINT0, lvtMasked) // the 8259s
	mmio.Write32(lapicLINT1, lvtNMI)
	mmio.Write32(lapicTimer, vectorTimer)
	irq.Register(LineTimer, "timer", irq.Edge, task.Waker{}) // the Go scheduler's already
	irq.Name(LineNMI, "nmi")
	irq.Name(vectorSpurious, "spurious")
}

//go:nosplit
func readEntry(gsi, half uintptr) uint32 {
	base := ioapicBase + gsi/ioapicInputs*ioapicStep
	mmio.Write32(base+ioapicSelect, uint32(ioapicTable+gsi%ioapicInputs*2+half))
	return mmio.Read32(base + ioapicWindow)
}

//go:nosplit
func writeEntry(gsi, half uintptr, val uint32) {
	base := ioapicBase + gsi/ioapicInputs*ioapicStep
	mmio.Write32(base+ioapicSelect, uint32(ioapicTable+gsi%ioapicInputs*2+half))
	mmio.Write32(base+ioapicWindow, val)
}

// acknowledge ends the interrupt at the local APIC, unless it never began there:
// the spurious vector is not in service (Intel SDM 10.9).
//
// A plain store: nothing that the compiler could merge it with follows, and a call of
// mmio.Write32 would be a tenth of the way to the task.
//
//go:nosplit
//go:linkname acknowledge github.com/tamagotake/tamagotake/rt/irq.acknowledge
func acknowledge(n uint32) {
	if n != vectorSpurious {
		*at[uint32](lapicEOI) = 0
	}
}

// Maskable reports whether there is a way to mask line n: one to an input of the IOAPIC.
func Maskable(n uint32) bool { return uintptr(n)-vectorGSI < ioapics*ioapicInputs }

// mask closes the line at its controller. The timer is one-shot and closes
// itself; an NMI cannot be closed.
//
//go:nosplit
//go:linkname mask github.com/tamagotake/tamagotake/rt/irq.mask
func mask(n uint32) {
	if gsi := uintptr(n) - vectorGSI; gsi < ioapics*ioapicInputs {
		writeEntry(gsi, 0, readEntry(gsi, 0)|entryMasked)
	}
}

// unmask opens the line, level-triggered or not.
//
//go:nosplit
//go:linkname unmask github.com/tamagotake/tamagotake/rt/irq.unmask
func unmask(n uint32, level bool) {
	gsi := uintptr(n) - vectorGSI
	if gsi >= ioapics*ioapicInputs {
		return
	}
	entry := uint32(vectorGSI + gsi)
	if level {
		entry |= entryLevel
	}
	flags := platform.MaskInterrupts()
	writeEntry(gsi, 0, entry)
	platform.RestoreInterrupts(flags)
}
