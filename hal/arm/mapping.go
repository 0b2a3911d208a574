//go:build tamago && arm

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/hal/region"
	"github.com/tamagotake/tamagotake/rt/task"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// The translation tables. They say what memory is, they are made before the memory
// management unit is switched on, and nothing changes them afterwards: they are themselves
// read-only. TamaGo's are not used, in which the vectors, the tables and the text can be
// written, and no page of 4 KiB is ever execute-never.
//
// Rejected: to correct TamaGo's. A section that is in use must not become a table of pages
// unless it is invalid in between (ARM ARM B3.10.1), and it is the one with this code.
//
// What lies where in the 64 KiB in front of the kernel:
//
//	0x0000  vectors
//	0x1000  second-level tables
//	0x4000  first-level table
//	0x8000  memory of the stacks below; mapped there and nowhere else
//	0xf000  what TamaGo takes for the vectors, see initVectors
const (
	ramStart = imx6ul.MMDC_BASE

	vectors       = ramStart
	l2Tables      = ramStart + 0x1000
	l2TablesEnd   = ramStart + 0x4000
	l1Table       = ramStart + 0x4000
	tablesEnd     = ramStart + 0x8000
	stackMemory   = ramStart + 0x8000
	tamagoVectors = ramStart + 0xf000
	kernelStart   = ramStart + 0x10000
	onChipEnd     = imx6ul.OCRAM_START + imx6ul.OCRAM_SIZE
	sectionSize   = 1 << 20
	l2Size        = 1 << 10
	l1Entries     = 1 << 12
	pageSize      = region.PageSize
	typeTable     = 0b01 // ARM ARM B3.5.1
	typeSection   = 0b10
	typePage      = 0b10
	bufferable    = 1 << 2
	cacheable     = 1 << 3
	sectionNX     = 1 << 4
	sectionAccess = 0b01 << 10 // AP[1:0]: for privileged code only
	sectionRead   = 1 << 15    // AP[2]: read-only
	pageNX        = 1 << 0
	pageAccess    = 0b01 << 4
	pageRead      = 1 << 9
)

// The stacks of this package lie in a megabyte of addresses of its own, where nothing
// else is mapped: below each is a page that faults.
const (
	stackRegion = 0xf0000000 // beyond the memory of any board

	stackRealtime     = stackRegion + 0x3000 // tops
	stackRealtimeSize = 0x2000
	stackIRQ          = stackRegion + 0x6000
	stackIRQSize      = 0x2000
	stackAbort        = stackRegion + 0x8000
	stackUndef        = stackRegion + 0xa000
	stackOther        = stackRegion + 0xc000
	poison            = stackRegion + 0xf0000
)

var stacks = [...]struct {
	name      string
	top, size uintptr
}{
	{"real-time", stackRealtime, stackRealtimeSize},
	{"interrupt", stackIRQ, stackIRQSize},
	{"abort", stackAbort, pageSize},
	{"undefined instruction", stackUndef, pageSize},
	{"other exceptions", stackOther, pageSize},
}

// memory is the map of this machine.
var memory region.Map

// segments returns where what the linker has laid out begins and ends: text, constants,
// and variables, the last of which end where the heap begins. In front of noptrdata the
// segment of the variables has what the linker adds, see firstVariable.
func segments() (text, etext, rodata, noptrdata, end uintptr)

func enableMMU(table uintptr)

// initMemory makes the tables of what memory is and switches the memory management unit on.
// Interrupts masked, on the boot stack, the caches off.
func initMemory() {
	describeMemory(&memory)
	for i := uintptr(0); i < l1Entries; i++ {
		mmio.Write32(l1Table+4*i, 0)
	}
	t := tables{next: l2Tables}
	for r := range memory.All {
		t.fill(r)
	}
	enableMMU(l1Table)
	task.NameMemory = memory.Name
}

func describeMemory(m *region.Map) {
	text, etext, rodata, noptrdata, end := segments()
	variables := firstVariable(noptrdata) &^ (pageSize - 1)
	if rodata%pageSize != 0 || rodata < etext || text != kernelStart {
		panic("arm: constants share a page with code: link with -R 0x1000")
	}
	ramEnd := uintptr(ramStart + ramSize)

	m.Add(pageSize, imx6ul.OCRAM_START, region.Device, "devices")
	m.Add(imx6ul.OCRAM_START, onChipEnd, region.Device, "memory for devices")
	m.Add(onChipEnd, ramStart, region.Device, "devices")
	m.Add(vectors, l2Tables, region.Execute, "vectors")
	m.Add(l2Tables, tablesEnd, region.Read, "page tables")
	m.Add(tamagoVectors, kernelStart, region.Write, "TamaGo's vectors")
	m.AddProgram(region.Program{
		Text: text, TextEnd: etext, Constants: rodata, Variables: variables, End: end,
		Guard: bootGuard(), StackEnd: ramEnd,
	})
	physical := uintptr(stackMemory)
	for _, s := range stacks {
		bottom := s.top - s.size
		m.Add(bottom-pageSize, bottom, region.Absent, "below the "+s.name+" stack")
		m.AddAt(bottom, s.top, physical, region.Write, s.name+" stack")
		physical += s.size
	}
}

// flags returns the attributes of a region in the first-level and in a second-level table
// (ARM ARM B3.5.1, B3.7.1). Devices are strongly ordered; other memory is cached.
func flags(a region.Access) (section, page uint32) {
	const (
		sectionMemory = typeSection | sectionAccess | cacheable | bufferable
		pageMemory    = typePage | pageAccess | cacheable | bufferable
	)
	switch a {
	case region.Read:
		return sectionMemory | sectionRead | sectionNX, pageMemory | pageRead | pageNX
	case region.Execute:
		return sectionMemory | sectionRead, pageMemory | pageRead
	case region.Write:
		return sectionMemory | sectionNX, pageMemory | pageNX
	case region.Device:
		return typeSection | sectionAccess | sectionNX, typePage | pageAccess | pageNX
	}
	return 0, 0
}

// tables hands out second-level tables.
type tables struct{ next uintptr }

func (t *tables) add() uintptr {
	table := t.next
	if table == l2TablesEnd {
		panic("arm: more page tables than there is room for")
	}
	t.next += l2Size
	for i := uintptr(0); i < l2Size; i += 4 {
		mmio.Write32(table+i, 0)
	}
	return table
}

// fill maps a region, with sections where they fit.
func (t *tables) fill(r *region.Region) {
	section, page := flags(r.Access)
	if section == 0 {
		return
	}
	physical := r.Physical
	for at := r.Start; at < r.End; {
		entry := uintptr(l1Table + at/sectionSize*4)
		if at%sectionSize == 0 && physical%sectionSize == 0 && r.End-at >= sectionSize {
			mmio.Write32(entry, uint32(physical)|section)
			at += sectionSize
			physical += sectionSize
			continue
		}
		if mmio.Read32(entry) == 0 {
			mmio.Write32(entry, uint32(t.add())|typeTable)
		}
		table := uintptr(mmio.Read32(entry) &^ (l2Size - 1))
		mmio.Write32(table+at%sectionSize/pageSize*4, uint32(physical)|page)
		at += pageSize
		physical += pageSize
	}
}
