package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// headers is what the rewrites below need of an ELF file: the file header and the
// program headers, both classes in the 64-bit form. Section headers are left alone:
// no boot loader reads them.
type headers struct {
	class    elf.Class
	machine  elf.Machine
	entry    uint64
	phoff    uint64
	phsize   uint64 // of one program header
	segments []elf.ProgHeader
}

// parse reads the headers of a static little-endian executable and checks that
// everything they point at lies inside the file, so that no later step can fail
// on a range.
func parse(file []byte) (*headers, error) {
	if len(file) < elf.EI_NIDENT || string(file[:4]) != elf.ELFMAG {
		return nil, errors.New("not an ELF file")
	}
	if elf.Data(file[elf.EI_DATA]) != elf.ELFDATA2LSB {
		return nil, errors.New("not a little-endian ELF file")
	}
	h := &headers{class: elf.Class(file[elf.EI_CLASS])}
	var kind elf.Type
	var count, entrySize int
	switch h.class {
	case elf.ELFCLASS64:
		var f elf.Header64
		if err := decode(file, 0, &f); err != nil {
			return nil, err
		}
		kind, h.machine, h.entry = elf.Type(f.Type), elf.Machine(f.Machine), f.Entry
		h.phoff, count, entrySize = f.Phoff, int(f.Phnum), int(f.Phentsize)
		h.phsize = uint64(binary.Size(elf.Prog64{}))
	case elf.ELFCLASS32:
		var f elf.Header32
		if err := decode(file, 0, &f); err != nil {
			return nil, err
		}
		kind, h.machine, h.entry = elf.Type(f.Type), elf.Machine(f.Machine), uint64(f.Entry)
		h.phoff, count, entrySize = uint64(f.Phoff), int(f.Phnum), int(f.Phentsize)
		h.phsize = uint64(binary.Size(elf.Prog32{}))
	default:
		return nil, errors.New("neither a 32-bit nor a 64-bit ELF file")
	}
	if kind != elf.ET_EXEC {
		return nil, fmt.Errorf("not an executable at a fixed address (ELF type %v)", kind)
	}
	if count == 0 {
		return nil, errors.New("no program headers")
	}
	if uint64(entrySize) != h.phsize {
		return nil, fmt.Errorf("program headers of %d bytes, not %d", entrySize, h.phsize)
	}
	for i := range count {
		s, err := h.segment(file, i)
		if err != nil {
			return nil, err
		}
		if s.Type == elf.PT_INTERP || s.Type == elf.PT_DYNAMIC {
			return nil, errors.New("dynamically linked")
		}
		if !within(uint64(len(file)), s.Off, s.Filesz) {
			return nil, fmt.Errorf("program header %d (%v) points outside the file: truncated?", i, s.Type)
		}
		if s.Type == elf.PT_LOAD && (s.Filesz > s.Memsz || s.Vaddr+s.Memsz < s.Vaddr) {
			return nil, fmt.Errorf("program header %d: more in the file than in memory, or past the end of memory", i)
		}
		h.segments = append(h.segments, s)
	}
	return h, nil
}

func (h *headers) segment(file []byte, i int) (elf.ProgHeader, error) {
	off := h.phoff + uint64(i)*h.phsize
	if off < h.phoff {
		return elf.ProgHeader{}, errors.New("program headers outside the file: truncated?")
	}
	if h.class == elf.ELFCLASS64 {
		var p elf.Prog64
		err := decode(file, off, &p)
		return elf.ProgHeader{Type: elf.ProgType(p.Type), Flags: elf.ProgFlag(p.Flags), Off: p.Off,
			Vaddr: p.Vaddr, Paddr: p.Paddr, Filesz: p.Filesz, Memsz: p.Memsz, Align: p.Align}, err
	}
	var p elf.Prog32
	err := decode(file, off, &p)
	return elf.ProgHeader{Type: elf.ProgType(p.Type), Flags: elf.ProgFlag(p.Flags), Off: uint64(p.Off),
		Vaddr: uint64(p.Vaddr), Paddr: uint64(p.Paddr), Filesz: uint64(p.Filesz), Memsz: uint64(p.Memsz), Align: uint64(p.Align)}, err
}

// setSegment writes program header i into file.
func (h *headers) setSegment(file []byte, i int, s elf.ProgHeader) {
	off := h.phoff + uint64(i)*h.phsize
	var b []byte
	if h.class == elf.ELFCLASS64 {
		b, _ = binary.Append(nil, binary.LittleEndian, elf.Prog64{Type: uint32(s.Type), Flags: uint32(s.Flags), Off: s.Off,
			Vaddr: s.Vaddr, Paddr: s.Paddr, Filesz: s.Filesz, Memsz: s.Memsz, Align: s.Align})
	} else {
		b, _ = binary.Append(nil, binary.LittleEndian, elf.Prog32{Type: uint32(s.Type), Flags: uint32(s.Flags), Off: uint32(s.Off),
			Vaddr: uint32(s.Vaddr), Paddr: uint32(s.Paddr), Filesz: uint32(s.Filesz), Memsz: uint32(s.Memsz), Align: uint32(s.Align)})
	}
	copy(file[off:], b)
	h.segments[i] = s
}

// loaded returns the PT_LOAD segment that holds the address, with what flags asks.
func (h *headers) loaded(addr uint64, flags elf.ProgFlag) (elf.ProgHeader, bool) {
	for _, s := range h.segments {
		if s.Type == elf.PT_LOAD && s.Flags&flags == flags && addr >= s.Vaddr && addr-s.Vaddr < s.Filesz {
			return s, true
		}
	}
	return elf.ProgHeader{}, false
}

func decode(file []byte, off uint64, to any) error {
	size := uint64(binary.Size(to))
	if off > math.MaxInt64 || !within(uint64(len(file)), off, size) {
		return errors.New("headers outside the file: truncated?")
	}
	return binary.Read(bytes.NewReader(file[off:off+size]), binary.LittleEndian, to)
}

// within tells whether size bytes from off lie inside length bytes.
func within(length, off, size uint64) bool {
	return off <= length && size <= length-off
}
