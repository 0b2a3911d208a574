//go:build tamago && amd64

package amd64

import (
	"github.com/tamagotake/tamagotake/hal/region"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The page tables. TamaGo's, with which the processor starts, let everything be written and
// executed. These say what memory is, and nothing changes them afterwards: they are
// themselves read-only. Attributes that the processor would set, accessed and dirty, are
// set from the beginning.
//
// Rejected: to correct TamaGo's tables. They lie where the firmware's data are, have one
// table of 4 KiB pages, and a change of a page's size in use needs more care than a new set.
const (
	descriptorRegion = 0x130000 // a page each: the interrupt gates, the segments
	idtPage          = descriptorRegion
	gdtPage          = descriptorRegion + pageSize
	tableRegion      = 0x140000
	tableRegionEnd   = 0x150000

	kernelStart = 0x200000 // a page of ELF headers, then the text
	deviceEnd   = 1 << 32

	// Intel SDM 4.5.
	pagePresent  = 1 << 0
	pageWrite    = 1 << 1
	pageUncached = 1 << 4 // PCD
	pageAccessed = 1 << 5
	pageDirty    = 1 << 6
	pageLarge    = 1 << 7 // PS
	pageNX       = 1 << 63
	pageAddress  = 0x000ffffffffff000

	levels    = 4 // of tables; one of level 0 has pages of 4 KiB
	levelBits = 9
	largest   = 2 // level of pages of 1 GiB
)

// memory is the map of this machine.
var memory region.Map

// segments returns where what the linker has laid out begins and ends: text, constants,
// and variables, the last of which end where the heap begins. In front of noptrdata the
// segment of the variables has what the linker adds, see firstVariable.
func segments() (text, etext, rodata, noptrdata, end uintptr)

func protect(tables uintptr)

// initMemory makes page tables of what memory is and has the processor use them. Interrupts
// masked, on the boot stack, before anything but memory of the kernel is needed. The start has refused
// a processor without no-execute.
func initMemory() {
	describeMemory(&memory)
	t := tables{next: tableRegion}
	root := t.add()
	for r := range memory.All {
		t.fill(root, levels-1, r.Start, r.End, flags(r.Access))
	}
	protect(root)
	task.NameMemory = memory.Name
}

func describeMemory(m *region.Map) {
	text, etext, rodata, noptrdata, end := segments()
	variables := firstVariable(noptrdata) &^ (pageSize - 1)
	if rodata%pageSize != 0 || rodata < etext {
		panic("amd64: constants share a page with code: link with -R 0x1000")
	}
	dma := uintptr(ramStart + ramSize)

	m.Add(pageSize, ramStartAddr, region.Read, "memory of the firmware")
	for ist := istInterrupt; ist <= istNested; ist++ {
		top := uintptr(stackTop(ist))
		m.Add(top-stackSize-pageSize, top-stackSize, region.Absent, "below the "+stackNames[ist]+" stack")
		m.Add(top-stackSize, top, region.Write, stackNames[ist]+" stack")
	}
	m.Add(idtPage, gdtPage, region.Read, "interrupt gates")
	m.Add(gdtPage, gdtPage+pageSize, region.Read, "segment descriptors")
	m.Add(tableRegion, tableRegionEnd, region.Read, "page tables")
	m.Add(kernelStart, text, region.Read, "header of the image")
	m.AddProgram(region.Program{
		Text: text, TextEnd: etext, Constants: rodata, Variables: variables, End: end,
		Guard: bootGuard(), StackEnd: dma,
	})
	m.Add(dma, roundUp(dma+dmaSize), region.Write, "memory for devices")
	m.Add(roundUp(dma+dmaSize), deviceEnd, region.Device, "devices")
}

const ramStartAddr = 0x100000 // ramStart, which is a variable for the runtime

var stackNames = [...]string{istInterrupt: "real-time", istNMI: "NMI", istException: "exception", istDouble: "double fault", istNested: "nested"}

func roundUp(addr uintptr) uintptr { return (addr + pageSize - 1) &^ (pageSize - 1) }

func flags(a region.Access) uint64 {
	switch a {
	case region.Read:
		return pagePresent | pageAccessed | pageNX
	case region.Execute:
		return pagePresent | pageAccessed
	case region.Write:
		return pagePresent | pageAccessed | pageNX | pageWrite | pageDirty
	case region.Device:
		return pagePresent | pageAccessed | pageNX | pageWrite | pageDirty | pageUncached
	}
	return 0
}

// tables hands out the pages that page tables are made of.
type tables struct{ next uintptr }

func (t *tables) add() uintptr {
	table := t.next
	if table == tableRegionEnd {
		panic("amd64: more page tables than there is room for")
	}
	t.next += pageSize
	clear(at[[512]uint64](table)[:])
	return table
}

// fill maps start to end in a table and those below it, with the largest pages that fit.
func (t *tables) fill(table uintptr, level uint, start, end uintptr, flags uint64) {
	if flags == 0 {
		return
	}
	size := uintptr(pageSize) << (levelBits * level)
	entries := at[[512]uint64](table)
	for start < end {
		next := min(end, start&^(size-1)+size)
		e := &entries[start/size%512]
		switch {
		case level == 0:
			*e = uint64(start) | flags
		case level <= largest && next-start == size:
			*e = uint64(start) | flags | pageLarge
		default:
			if *e == 0 {
				*e = uint64(t.add()) | pagePresent | pageAccessed | pageWrite
			}
			t.fill(uintptr(*e&pageAddress), level-1, start, next, flags)
		}
		start = next
	}
}
