package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// findMultiboot looks for the header as a boot loader does (Multiboot2 Specification 2.0,
// 3.1.1): in the first 32 KiB, on 8 bytes, with a sum of zero; and returns its tags.
func findMultiboot(t *testing.T, file []byte) (tags map[uint16][]byte) {
	t.Helper()
	le := binary.LittleEndian
	for at := 0; at+16 <= min(len(file), 32768); at += 8 {
		b := file[at:]
		if le.Uint32(b) != 0xe85250d6 || le.Uint32(b)+le.Uint32(b[4:])+le.Uint32(b[8:])+le.Uint32(b[12:]) != 0 {
			continue
		}
		if tags != nil {
			t.Fatal("two headers")
		}
		if le.Uint32(b[4:]) != 0 {
			t.Errorf("architecture %d", le.Uint32(b[4:]))
		}
		tags = map[uint16][]byte{}
		for b := b[16:le.Uint32(b[8:])]; len(b) > 0; {
			size := le.Uint32(b[4:])
			tags[le.Uint16(b)] = b[8:size]
			b = b[(size+7)&^7:]
		}
	}
	return tags
}

func TestMultiboot(t *testing.T) {
	before := program(t, "amd64")
	after, err := Multiboot(before)
	if err != nil {
		t.Fatal(err)
	}
	tags := findMultiboot(t, after)
	if _, ended := tags[0]; len(tags) != 2 || !ended || !bytes.Equal(tags[1], []byte{6, 0, 0, 0}) {
		t.Errorf("tags %v", tags)
	}
	// Nothing that means something has been overwritten.
	a, b := open(t, before), open(t, after)
	if len(before) != len(after) || len(a.Sections) != len(b.Sections) {
		t.Fatalf("%d bytes, were %d", len(after), len(before))
	}
	for i, s := range a.Sections {
		if s.SectionHeader != b.Sections[i].SectionHeader {
			t.Errorf("section %s is another", s.Name)
		}
		if s.Type == elf.SHT_NOBITS || s.Type == elf.SHT_NULL {
			continue
		}
		x, _ := s.Data()
		if y, err := b.Sections[i].Data(); err != nil || !bytes.Equal(x, y) {
			t.Errorf("section %s differs (%v)", s.Name, err)
		}
	}
	if again, err := Multiboot(after); err != nil || !bytes.Equal(again, after) {
		t.Errorf("a second time changes it: %v", err)
	}

	whole, stripped, err := Pack(before)
	if err != nil || findMultiboot(t, whole) == nil || findMultiboot(t, stripped) == nil {
		t.Errorf("a packed image has no header (%v)", err)
	}
	if _, stripped, err = Pack(program(t, "arm")); err != nil || findMultiboot(t, stripped) != nil {
		t.Errorf("an ARM image has one (%v)", err)
	}
}

func TestMultibootRefusals(t *testing.T) {
	full := program(t, "amd64")
	for i := 0xf00; i < 0xf78; i++ {
		full[i] = 1
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"text":    {[]byte("no program"), "not an ELF file"},
		"arm":     {program(t, "arm"), "Multiboot2 is a way to boot x86"},
		"no room": {full, "no room for the Multiboot2 header"},
	} {
		if _, err := Multiboot(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
