package image

import (
	"debug/elf"
	"fmt"
	"math"
)

// Memory is a program as it lies in memory when it starts: for a loader that copies bytes
// and clears nothing.
type Memory struct {
	Base  uint32 // address of the first byte
	Entry uint32 // address of the first instruction
	Bytes []byte // text to .noptrbss, with what is zero
}

// End returns the address after the last byte.
func (m *Memory) End() uint64 { return uint64(m.Base) + uint64(len(m.Bytes)) }

const (
	// headerSize is what Go's linker puts in front of the text, in the first segment:
	// file header, program headers, the build's notes. Nothing reads them in memory.
	headerSize = 0x1000

	// flatMax is far more than a kernel has, and less than a program with 32 MiB of
	// zeros, which is what crypto/rand keeps as a scratch area: a card would hold
	// them, and the start would wait for them.
	flatMax = 16 << 20
)

// Flat returns the memory of a 32-bit program.
//
// The program headers are asked and not the sections, so that a stripped image will do:
// what the linker loads is what the machine needs, except for the page of headers.
func Flat(file []byte) (*Memory, error) {
	h, err := parse(file)
	if err != nil {
		return nil, err
	}
	if h.class != elf.ELFCLASS32 || h.machine != elf.EM_ARM {
		return nil, fmt.Errorf("for %v: a flat image is for 32-bit ARM (EM_ARM)", h.machine)
	}
	low, high := uint64(math.MaxUint64), uint64(0)
	for _, s := range h.segments {
		if s.Type != elf.PT_LOAD || s.Memsz == 0 {
			continue
		}
		low, high = min(low, s.Vaddr), max(high, s.Vaddr+s.Memsz)
		if s.Off == 0 && (s.Filesz < headerSize || h.phoff+uint64(len(h.segments))*h.phsize > headerSize) {
			return nil, fmt.Errorf("the first segment has no page of headers: not made by Go's linker?")
		}
	}
	if low >= high {
		return nil, fmt.Errorf("nothing to load: no PT_LOAD segment")
	}
	if high > math.MaxUint32 {
		return nil, fmt.Errorf("loads up to %#x: past the end of 32-bit memory", high)
	}
	if high-low > flatMax {
		return nil, fmt.Errorf("takes %d KiB of memory from %#x on, at most %d are allowed: are there large variables, such as those of crypto/rand?",
			(high-low)>>10, low, flatMax>>10)
	}
	all := make([]byte, high-low)
	for _, s := range h.segments {
		if s.Type == elf.PT_LOAD {
			copy(all[s.Vaddr-low:], file[s.Off:s.Off+s.Filesz])
		}
	}
	base := low
	for _, s := range h.segments {
		if s.Type == elf.PT_LOAD && s.Off == 0 && s.Vaddr == low {
			base += headerSize
		}
	}
	return &Memory{Base: uint32(base), Entry: uint32(h.entry), Bytes: all[base-low:]}, nil
}
