package image

import (
	"debug/elf"
	"fmt"
)

// pageBits are the bits of an address within a page: the smallest that a processor protects.
const pageBits = 12

// checkPages refuses a program that the kernel's page tables could not protect: a segment can
// be written and executed, or two segments of different permissions share a page.
// Go's linker keeps them apart when it is told -R 0x1000.
func checkPages(h *headers) error {
	for i, a := range h.segments {
		if a.Type != elf.PT_LOAD || a.Memsz == 0 {
			continue
		}
		if a.Flags&elf.PF_W != 0 && a.Flags&elf.PF_X != 0 {
			return fmt.Errorf("the segment at %#x can be written and executed", a.Vaddr)
		}
		for _, b := range h.segments[:i] {
			if b.Type != elf.PT_LOAD || b.Memsz == 0 || a.Flags == b.Flags {
				continue
			}
			first, last := max(a.Vaddr, b.Vaddr)>>pageBits, min(a.Vaddr+a.Memsz-1, b.Vaddr+b.Memsz-1)>>pageBits
			if first <= last {
				return fmt.Errorf("segments with flags %v and %v share the page at %#x: link with -R 0x1000", b.Flags, a.Flags, first<<pageBits)
			}
		}
	}
	return nil
}
