//go:build tamago && amd64

package amd64

import "unsafe"

// Static stacks. An interrupt never runs on the stack of what it interrupted: Go
// guarantees a goroutine room for the frames of nosplit functions and for nothing
// else. One stack per kind of entry, chosen by the processor (Intel SDM 6.14.5),
// so that an exception in an interrupt, or an NMI in either, finds its own.
//
// They lie in the memory below the kernel; the page below each is unmapped (mapping.go).
const (
	istInterrupt = 1
	istNMI       = 2
	istException = 3
	istDouble    = 4
	istNested    = 5 // takes the place of istInterrupt while the real-time executor is on that

	stackRegion = 0x110000
	stackSize   = 0x4000
	pageSize    = 0x1000
)

// stackTop is where the stack of an IST entry begins; it grows down from there to
// its guard page.
func stackTop(ist int) uint64 {
	return stackRegion + uint64(ist)*(stackSize+pageSize)
}

// gate is an interrupt gate (Intel SDM figure 6-8): it masks interrupts on entry.
type gate struct {
	offsetLow  uint16
	selector   uint16
	ist        uint8
	attributes uint8
	offsetMid  uint16
	offsetHigh uint32
	_          uint32
}

// descriptor is what LGDT and LIDT load: at an odd place, since the limit comes
// first and the address must follow at once.
type descriptor struct {
	_     [3]uint16
	limit uint16
	base  uint64
}

const selectorCode = 0x08

var (
	// Its only use in long mode: the stacks (Intel SDM figure 8-11). In 32-bit
	// words, since the 64-bit fields are not aligned. Unlike the other tables it is
	// written at every poll, which changes the stack of interrupts.
	tss [26]uint32

	gdtr, idtr descriptor
)

// The descriptors: null, code and data as in TamaGo's table, and a task-state segment, whose
// descriptor takes two places. Accessed already (type bit 0, Intel SDM 3.4.5.1): otherwise
// the processor would set that when it loads a segment, in a page that is read-only then.
var descriptors = [5]uint64{0, 0x00209b0000000000, 0x0000930000000000}

// cr4OSXSAVE says that AVX can be used (Intel SDM 2.5). TamaGo leaves it off.
const cr4OSXSAVE = 1 << 18

func cr4() uintptr
func loadTables(gdt, idt *uint16)
func vectorTables() (exceptions, interrupts uintptr)

// initTables makes the tables, in pages that initMemory then makes read-only, and loads them.
func initTables() {
	if cr4()&cr4OSXSAVE != 0 {
		panic("amd64: AVX is enabled, and an interrupt's entry saves the registers of SSE only")
	}
	for ist := istInterrupt; ist <= istNested; ist++ {
		top := stackTop(ist)
		tss[7+2*ist] = uint32(top) // RSP0-2, reserved, then IST1 at offset 36
		tss[8+2*ist] = uint32(top >> 32)
	}
	tss[25] = uint32(unsafe.Sizeof(tss)) << 16 // no I/O permission map

	base := uint64(uintptr(unsafe.Pointer(&tss)))
	limit := uint64(unsafe.Sizeof(tss) - 1)
	gdt := at[[len(descriptors)]uint64](gdtPage)
	*gdt = descriptors
	gdt[3] = limit | (base&0xffffff)<<16 | 0x89<<40 | (base>>24&0xff)<<56 // available 64-bit TSS
	gdt[4] = base >> 32

	idt := at[[256]gate](idtPage)
	exceptions, interrupts := vectorTables()
	for v := range idt {
		switch {
		case v == vectorNMI:
			idt[v].set(interrupts+(256-32)*8, istNMI) // the one after the last
		case v == 8:
			idt[v].set(exceptions+uintptr(v)*8, istDouble)
		case v < 32:
			idt[v].set(exceptions+uintptr(v)*8, istException)
		default:
			idt[v].set(interrupts+uintptr(v-32)*8, istInterrupt)
		}
	}
	gdtr.limit, gdtr.base = uint16(unsafe.Sizeof(*gdt)-1), gdtPage
	idtr.limit, idtr.base = uint16(unsafe.Sizeof(*idt)-1), idtPage
	loadTables(&gdtr.limit, &idtr.limit)
}

func (g *gate) set(handler uintptr, ist uint8) {
	g.offsetLow = uint16(handler)
	g.offsetMid = uint16(handler >> 16)
	g.offsetHigh = uint32(handler >> 32)
	g.selector = selectorCode
	g.ist = ist
	g.attributes = 0x8e // present, ring 0, interrupt gate
}
