package image

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// Strip returns the executable with only its headers and what its program headers
// point at: no symbols, no debug information, no section headers.
//
// Tracebacks stay whole, because the tables they use (pclntab, function names, line
// numbers) are read-only data of the program. Linking a second time with
// -ldflags="-s -w" would give much the same, at the price of a second link, and of
// two files whose addresses only should agree; here the debugger's file and the
// booted one are the same link by construction.
func Strip(file []byte) ([]byte, error) {
	h, err := parse(file)
	if err != nil {
		return nil, err
	}
	// The loaded part keeps its place: a segment's file offset and address agree in
	// their low bits, and both headers lie in front of it in what any linker writes.
	end := h.phoff + uint64(len(h.segments))*h.phsize
	if end > 1<<12 {
		return nil, fmt.Errorf("program headers end at %d: not in front of the segments", end)
	}
	for _, s := range h.segments {
		if s.Type == elf.PT_LOAD {
			end = max(end, s.Off+s.Filesz)
		}
	}
	out := append([]byte(nil), file[:end]...)

	// What is outside the loaded part, such as the PVH note, moves up behind it.
	for i, s := range h.segments {
		if s.Type == elf.PT_LOAD || s.Filesz == 0 || s.Off+s.Filesz <= end {
			continue
		}
		for len(out)%8 != 0 {
			out = append(out, 0)
		}
		content := file[s.Off : s.Off+s.Filesz]
		s.Off = uint64(len(out))
		h.setSegment(out, i, s)
		out = append(out, content...)
	}
	forgetSections(out, h.class)
	return out, nil
}

// forgetSections clears the file header's reference to section headers.
func forgetSections(file []byte, class elf.Class) {
	le := binary.LittleEndian
	if class == elf.ELFCLASS64 {
		le.PutUint64(file[40:], 0) // e_shoff
		clear(file[58:64])         // e_shentsize, e_shnum, e_shstrndx
		return
	}
	le.PutUint32(file[32:], 0)
	clear(file[46:52])
}

// Pack returns the bootable image of a linked program: whole, for the debugger, and
// stripped.
func Pack(program []byte) (whole, stripped []byte, err error) {
	h, err := parse(program)
	if err != nil {
		return nil, nil, err
	}
	if err := checkPages(h); err != nil {
		return nil, nil, err
	}
	switch h.machine {
	case elf.EM_X86_64:
		if whole, err = PVH(program); err == nil {
			whole, err = Multiboot(whole)
		}
	case elf.EM_ARM:
		whole = program // loaders jump to the ELF entry point
	default:
		err = fmt.Errorf("for %v: there are images for EM_X86_64 and EM_ARM", h.machine)
	}
	if err != nil {
		return nil, nil, err
	}
	stripped, err = Strip(whole)
	return whole, stripped, err
}
