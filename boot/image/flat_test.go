package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// Flat goes by program headers; here the sections, which it does not look at, say what
// must be where: each that has memory, with its bytes or its zeros, but for the notes.
func TestFlat(t *testing.T) {
	file := program(t, "arm")
	m, err := Flat(file)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, file)
	if uint64(m.Entry) != f.Entry || f.Section(".text").Addr != uint64(m.Base) {
		t.Errorf("base %#x, entry %#x", m.Base, m.Entry)
	}
	end := uint64(0)
	zeros := 0
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 || s.Type == elf.SHT_NOTE || s.Size == 0 {
			continue
		}
		if s.Addr < uint64(m.Base) || s.Addr+s.Size > m.End() {
			t.Errorf("%s, %#x and %d bytes, is outside of %#x-%#x", s.Name, s.Addr, s.Size, m.Base, m.End())
			continue
		}
		end = max(end, s.Addr+s.Size)
		want := make([]byte, s.Size)
		if s.Type != elf.SHT_NOBITS {
			if want, err = s.Data(); err != nil {
				t.Fatal(err)
			}
		} else {
			zeros++
		}
		if at := s.Addr - uint64(m.Base); !bytes.Equal(m.Bytes[at:at+s.Size], want) {
			t.Errorf("%s differs", s.Name)
		}
	}
	if end != m.End() || zeros != 2 {
		t.Errorf("ends at %#x, the last section at %#x; %d sections of zeros", m.End(), end, zeros)
	}

	// The stripped image is the same memory.
	_, stripped, err := Pack(file)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := Flat(stripped); err != nil || n.Base != m.Base || n.Entry != m.Entry || !bytes.Equal(n.Bytes, m.Bytes) {
		t.Errorf("stripped it is another: %v", err)
	}
}

func TestFlatRefusals(t *testing.T) {
	change := func(f func(le binary.ByteOrder, file, segment []byte)) []byte {
		file := program(t, "arm")
		phoff := binary.LittleEndian.Uint32(file[28:])
		for i := range uint32(binary.LittleEndian.Uint16(file[44:])) {
			f(binary.LittleEndian, file, file[phoff+i*32:][:32])
		}
		return file
	}
	load := uint32(elf.PT_LOAD)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"text", []byte("no program"), "not an ELF file"},
		{"amd64", program(t, "amd64"), "32-bit ARM"},
		{"large", change(func(le binary.ByteOrder, _, s []byte) {
			if le.Uint32(s) == load && le.Uint32(s[16:]) < le.Uint32(s[20:]) {
				le.PutUint32(s[20:], 33<<20)
			}
		}), "KiB of memory from 0x"},
		{"past the end", change(func(le binary.ByteOrder, _, s []byte) {
			if le.Uint32(s) == load && le.Uint32(s[16:]) < le.Uint32(s[20:]) {
				le.PutUint32(s[20:], 0xffff_ffff)
			}
		}), "past the end of 32-bit memory"},
		{"nothing", change(func(le binary.ByteOrder, _, s []byte) {
			if le.Uint32(s) == load {
				le.PutUint32(s, 0)
			}
		}), "nothing to load"},
		{"no headers", change(func(le binary.ByteOrder, _, s []byte) {
			if le.Uint32(s) == load && le.Uint32(s[4:]) == 0 {
				le.PutUint32(s[16:], 0x800)
			}
		}), "no page of headers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Flat(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q in one line", err, c.want)
			}
		})
	}
}
