package imx

import "fmt"

// span is a range of addresses, the end not in it.
type span struct {
	start, end uint64
	what       string
}

// Where an image may not be: the boot ROM is still at work there when it loads
// (IMX6ULLRM 8.4.1, figure 8-2).
var reserved = []span{
	{0, 0x00018000, "the boot ROM itself"},
	{0x00900000, 0x00907000, "the boot ROM's data in on-chip memory"},
	{0x00918000, 0x00920000, "the boot ROM's tables and stack in on-chip memory"},
}

// onChip is the memory that needs no setting up.
var onChip = span{0x00907000, 0x00918000, "on-chip memory"}

// The memory controller (IMX6ULLRM 33.12): the end of chip select 0, in units of 32 MiB.
const (
	ddrStart   = 0x80000000
	mmdcMDASP  = 0x021b0040
	asdpMask   = 0x7f
	asdpShift  = 25
	ddrEndsMax = 1 << 32
)

// checkMemory says whether an image can be loaded to start up to end. How much memory
// there is, is what the DCD tells the memory controller.
func checkMemory(writes []Write, start, end uint64) error {
	for _, r := range reserved {
		if start < r.end && end > r.start {
			return fmt.Errorf("the image would be loaded to %#x-%#x, over %s, %#x-%#x", start, end-1, r.what, r.start, r.end-1)
		}
	}
	if start >= onChip.start && end <= onChip.end {
		return nil
	}
	ddr := span{start: ddrStart, end: ddrStart}
	for _, w := range writes {
		if w.Addr == mmdcMDASP {
			ddr.end = min(uint64(w.Value&asdpMask+1)<<asdpShift, ddrEndsMax)
		}
	}
	if ddr.end <= ddr.start {
		return fmt.Errorf("no DATA line sets MMDC_MDASP (%#x) to an end of memory above %#x: there would be no memory to load to", mmdcMDASP, ddrStart)
	}
	if start < ddr.start || end > ddr.end {
		return fmt.Errorf("the image would be loaded to %#x-%#x, outside of memory, %#x-%#x", start, end-1, ddr.start, ddr.end-1)
	}
	return nil
}
