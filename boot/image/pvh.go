// Package image turns a linked Go program into an image that a machine boots.
//
// A linker for user programs leaves out one thing that a boot loader asks for, and
// puts in several that it does not need. Each step here is a function from file
// contents to file contents, pure Go, so that no objcopy, strip or cross binutils
// has to be installed:
//
//	PVH        says where 32-bit entry is, so that `qemu -kernel` boots an amd64 image
//	Multiboot  says to GRUB that it may boot it, from a disk
//	Strip      keeps what gets loaded and nothing else
//	Flat       lays it out as it will be in memory, for a loader that only copies
package image

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The PVH note. The boot protocol of Xen's PVH guests, which QEMU and Firecracker
// took over, enters an ELF image in 32-bit protected mode at the physical address
// that this note tells (Xen's public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY).
const (
	noteName = "Xen\x00"
	noteType = 0x12 // XEN_ELFNOTE_PHYS32_ENTRY

	noteHeaderSize = 12 // name size, description size, type: 32 bits each
	noteAlign      = 4
	pvhNoteSize    = noteHeaderSize + len(noteName) + 8
)

// PVH returns the amd64 executable with a PVH note that names its ELF entry point.
//
// Go's linker has no option to write the note, and a note needs a program header
// of its own. There is no room for one more, but one that we can do without:
// PT_GNU_STACK, which tells an operating system that is not there whether stacks may be
// executed. It becomes the PT_NOTE, pointing at bytes appended to the file. Nothing
// moves, so debug information and a stripped file are treated alike.
//
// An image that has a PVH note already keeps its layout: only the address in the
// note is made to agree with the entry point.
func PVH(file []byte) ([]byte, error) {
	h, err := parse(file)
	if err != nil {
		return nil, err
	}
	if h.class != elf.ELFCLASS64 || h.machine != elf.EM_X86_64 {
		return nil, fmt.Errorf("for %v: PVH is a way to boot 64-bit x86 (EM_X86_64)", h.machine)
	}
	text, ok := h.loaded(h.entry, elf.PF_X)
	if !ok {
		return nil, fmt.Errorf("entry point %#x is in no executable PT_LOAD segment", h.entry)
	}
	entry := h.entry - text.Vaddr + text.Paddr
	if entry > math.MaxUint32 {
		return nil, fmt.Errorf("entry point at physical address %#x: PVH enters in 32-bit mode, below 4 GiB", entry)
	}

	out := append([]byte(nil), file...)
	if at, ok := findPVH(file, h); ok {
		binary.LittleEndian.PutUint64(out[at:], entry)
		return out, nil
	}
	for i, s := range h.segments {
		if s.Type != elf.PT_GNU_STACK {
			continue
		}
		for len(out)%noteAlign != 0 {
			out = append(out, 0)
		}
		h.setSegment(out, i, elf.ProgHeader{Type: elf.PT_NOTE, Flags: elf.PF_R, Off: uint64(len(out)),
			Filesz: pvhNoteSize64, Memsz: pvhNoteSize64, Align: noteAlign})
		return appendPVH(out, entry), nil
	}
	return nil, errors.New("no PT_GNU_STACK program header to turn into the PVH note: not made by Go's linker?")
}

const pvhNoteSize64 = uint64(pvhNoteSize)

func appendPVH(out []byte, entry uint64) []byte {
	le := binary.LittleEndian
	out = le.AppendUint32(out, uint32(len(noteName)))
	out = le.AppendUint32(out, 8)
	out = le.AppendUint32(out, noteType)
	out = append(out, noteName...)
	return le.AppendUint64(out, entry)
}

// findPVH returns the file offset of the address in an existing PVH note.
func findPVH(file []byte, h *headers) (at uint64, ok bool) {
	le := binary.LittleEndian
	for _, s := range h.segments {
		if s.Type != elf.PT_NOTE {
			continue
		}
		for off, end := s.Off, s.Off+s.Filesz; end-off >= noteHeaderSize; {
			nameSize, descSize := uint64(le.Uint32(file[off:])), uint64(le.Uint32(file[off+4:]))
			kind := le.Uint32(file[off+8:])
			name := off + noteHeaderSize
			desc := name + roundUp(nameSize, noteAlign)
			next := desc + roundUp(descSize, noteAlign)
			if next > end {
				break // malformed: what follows cannot be found
			}
			if kind == noteType && descSize == 8 && string(file[name:name+nameSize]) == noteName {
				return desc, true
			}
			off = next
		}
	}
	return 0, false
}

func roundUp(n, to uint64) uint64 { return (n + to - 1) / to * to }
