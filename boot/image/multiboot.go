package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
)

// The Multiboot2 header (Multiboot2 Specification version 2.0, 3.1): what GRUB looks for in
// the first 32 KiB of a kernel. All words have 32 bits.
const (
	multibootMagic  = 0xe85250d6
	multibootI386   = 0 // entered in 32-bit protected mode
	multibootSearch = 32768
	multibootAlign  = 8
)

// multibootHeader asks for the memory map and for nothing else. The entry is the ELF's.
var multibootHeader = func() []byte {
	tags := []uint32{
		1, 12, // information request, of this size
		6, 0, // memory map; padding
		0, 8, // end
	}
	const fixed = 16
	length := uint32(fixed + 4*len(tags))
	magic := uint32(multibootMagic) // so that the sum below may overflow
	words := append([]uint32{magic, multibootI386, length, -(magic + multibootI386 + length)}, tags...)
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}()

// Multiboot returns the amd64 executable with a Multiboot2 header, so that GRUB starts it,
// from a BIOS or UEFI.
//
// The linker keeps the first page of the file for headers and does not fill it. The header
// goes to the end of what is free there, in front of the build's notes. An executable that
// has the header already is returned as it is.
func Multiboot(file []byte) ([]byte, error) {
	h, err := parse(file)
	if err != nil {
		return nil, err
	}
	if h.class != elf.ELFCLASS64 || h.machine != elf.EM_X86_64 {
		return nil, fmt.Errorf("for %v: Multiboot2 is a way to boot x86 (EM_X86_64)", h.machine)
	}
	if HasMultiboot(file) {
		return append([]byte(nil), file...), nil
	}
	end := uint64(headerSize)
	for _, s := range h.segments {
		if s.Type == elf.PT_NOTE && s.Off > 0 {
			end = min(end, s.Off)
		}
	}
	at := int(end) - len(multibootHeader)
	at -= at & (multibootAlign - 1)
	headersEnd := h.phoff + uint64(len(h.segments))*h.phsize
	if at < 0 || uint64(at) < headersEnd || at+len(multibootHeader) > len(file) ||
		len(bytes.Trim(file[at:at+len(multibootHeader)], "\x00")) > 0 {
		return nil, errors.New("no room for the Multiboot2 header in the first page: not made by Go's linker?")
	}
	out := append([]byte(nil), file...)
	copy(out[at:], multibootHeader)
	return out, nil
}

// HasMultiboot reports whether GRUB finds a Multiboot2 header in the file: magic, architecture,
// length, and what makes their sum zero.
func HasMultiboot(file []byte) bool {
	le := binary.LittleEndian
	for at := 0; at+16 <= min(len(file), multibootSearch); at += multibootAlign {
		b := file[at:]
		if le.Uint32(b) == multibootMagic && le.Uint32(b)+le.Uint32(b[4:])+le.Uint32(b[8:])+le.Uint32(b[12:]) == 0 {
			return true
		}
	}
	return false
}
