package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// link makes the programs that the tests work on: what Go's linker writes for a small
// one, for each processor.
var link = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "image")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		return nil, err
	}
	programs := map[string][]byte{}
	for _, arch := range []string{"amd64", "arm", "arm64"} {
		out := filepath.Join(dir, arch)
		cmd := exec.Command("go", "build", "-o", out, source)
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0", "GOFLAGS=")
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, err
		}
		if programs[arch], err = os.ReadFile(out); err != nil {
			return nil, err
		}
	}
	return programs, nil
})

func program(t testing.TB, arch string) []byte {
	t.Helper()
	programs, err := link()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(programs[arch])
}

func open(t testing.TB, file []byte) *elf.File {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// note returns the only PT_NOTE that says where to enter, as debug/elf reads it.
func note(t testing.TB, f *elf.File) []byte {
	t.Helper()
	var found []byte
	for _, p := range f.Progs {
		if p.Type != elf.PT_NOTE {
			continue
		}
		data := make([]byte, p.Filesz)
		if _, err := p.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		if len(data) >= 16 && string(data[12:16]) == "Xen\x00" {
			if found != nil {
				t.Fatal("two PVH notes")
			}
			found = data
		}
	}
	if found == nil {
		t.Fatal("no PVH note")
	}
	return found
}

func TestPVH(t *testing.T) {
	before := program(t, "amd64")
	after, err := PVH(before)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, after)
	want := binary.LittleEndian.AppendUint64([]byte("\x04\x00\x00\x00\x08\x00\x00\x00\x12\x00\x00\x00Xen\x00"), f.Entry)
	if got := note(t, f); !bytes.Equal(got, want) {
		t.Errorf("note %x, want %x", got, want)
	}
	old := open(t, before)
	for i, p := range f.Progs {
		if o := old.Progs[i]; p.Type == elf.PT_LOAD && p.ProgHeader != o.ProgHeader {
			t.Errorf("segment %d moved", i)
		}
		if p.Type == elf.PT_GNU_STACK {
			t.Error("PT_GNU_STACK is still there")
		}
	}
	if again, err := PVH(after); err != nil || !bytes.Equal(again, after) {
		t.Errorf("a second time changes it: %v", err)
	}
	if !bytes.Equal(before, program(t, "amd64")) {
		t.Error("the input was changed")
	}
}

func TestStrip(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			whole, stripped, err := Pack(program(t, arch))
			if err != nil {
				t.Fatal(err)
			}
			a, b := open(t, whole), open(t, stripped)
			if a.Entry != b.Entry || len(b.Sections) != 0 || len(stripped) >= len(whole) {
				t.Errorf("entry %#x, %d sections, %d of %d bytes", b.Entry, len(b.Sections), len(stripped), len(whole))
			}
			for i, p := range a.Progs {
				q := b.Progs[i]
				if p.Type != elf.PT_LOAD {
					continue
				}
				if p.ProgHeader != q.ProgHeader {
					t.Errorf("segment %d moved", i)
				}
				x, y := make([]byte, p.Filesz), make([]byte, p.Filesz)
				p.ReadAt(x, 0)
				if _, err := q.ReadAt(y, 0); err != nil || p.Off > 0 && !bytes.Equal(x, y) {
					t.Errorf("segment %d differs: %v", i, err)
				}
			}
			if arch == "amd64" {
				note(t, b)
				later, err := PVH(stripped)
				if err != nil || !bytes.Equal(later, stripped) {
					t.Errorf("the note of a stripped image: %v", err)
				}
			}
			if again, err := Strip(stripped); err != nil || !bytes.Equal(again, stripped) {
				t.Errorf("stripping twice changes it: %v", err)
			}
		})
	}
}

// What is no image is refused, each with a line that says why.
func TestRefusals(t *testing.T) {
	change := func(arch string, f func(file []byte)) []byte {
		file := program(t, arch)
		f(file)
		return file
	}
	u16 := func(at int, v uint16) func([]byte) {
		return func(file []byte) { binary.LittleEndian.PutUint16(file[at:], v) }
	}
	u64 := func(at int, v uint64) func([]byte) {
		return func(file []byte) { binary.LittleEndian.PutUint64(file[at:], v) }
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not an ELF file"},
		{"text", []byte("#!/bin/sh\necho no ELF here\n"), "not an ELF file"},
		{"header only", program(t, "amd64")[:64], "truncated"},
		{"half", program(t, "amd64")[:100000], "truncated"},
		{"big-endian", change("amd64", func(f []byte) { f[elf.EI_DATA] = 2 }), "little-endian"},
		{"class", change("amd64", func(f []byte) { f[elf.EI_CLASS] = 7 }), "neither a 32-bit nor a 64-bit"},
		{"shared object", change("amd64", u16(16, uint16(elf.ET_DYN))), "not an executable at a fixed address"},
		{"no program headers", change("amd64", u16(56, 0)), "no program headers"},
		{"arm", program(t, "arm"), "64-bit x86"},
		{"arm64", program(t, "arm64"), "64-bit x86"},
		{"entry nowhere", change("amd64", u64(24, 0x10)), "entry point 0x10 is in no executable"},
		{"no place for a note", change("amd64", func(f []byte) {
			phoff, n := binary.LittleEndian.Uint64(f[32:]), binary.LittleEndian.Uint16(f[56:])
			for i := range uint64(n) {
				if at := phoff + i*56; binary.LittleEndian.Uint32(f[at:]) == uint32(elf.PT_GNU_STACK) {
					binary.LittleEndian.PutUint32(f[at:], uint32(elf.PT_NULL))
				}
			}
		}), "PT_GNU_STACK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := PVH(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q in one line", err, c.want)
			}
		})
	}
	if _, _, err := Pack(program(t, "arm64")); err == nil || !strings.Contains(err.Error(), "EM_AARCH64") {
		t.Errorf("Pack of an arm64 program: %v", err)
	}
}

// Whatever the file says of itself, nothing panics, and what comes out of PVH is an ELF
// file whose note debug/elf can find.
func FuzzPack(f *testing.F) {
	for _, arch := range []string{"amd64", "arm"} {
		f.Add(program(f, arch)[:4096])
	}
	f.Add([]byte(elf.ELFMAG))
	f.Fuzz(func(t *testing.T, file []byte) {
		if out, err := PVH(file); err == nil {
			e, err := elf.NewFile(bytes.NewReader(out))
			if err == nil {
				note(t, e)
			}
		}
		Multiboot(file)
		Pack(file)
		if m, err := Flat(file); err == nil && len(m.Bytes) > flatMax {
			t.Errorf("%d bytes", len(m.Bytes))
		}
	})
}

// What lies in memory adds up to what the segments load, but for the linker's page of headers and
// what it leaves between sections.
func TestSizes(t *testing.T) {
	whole, stripped, err := Pack(program(t, "amd64"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Measure(whole, stripped)
	if err != nil {
		t.Fatal(err)
	}
	var loaded uint64
	for _, p := range open(t, whole).Progs {
		if p.Type == elf.PT_LOAD {
			loaded += p.Memsz
		}
	}
	if s.Stripped != int64(len(stripped)) || s.Symbols != int64(len(whole)) || s.Text < 100<<10 || s.ReadOnly == 0 || s.Data == 0 || s.Zero == 0 {
		t.Errorf("%+v", s)
	}
	if sum := uint64(s.Text + s.ReadOnly + s.Data + s.Zero); sum > loaded || sum < loaded-32<<10 {
		t.Errorf("%d bytes of sections, %d of segments", sum, loaded)
	}
	if _, err := Measure([]byte("text"), nil); err == nil {
		t.Error("a text has sizes")
	}
}
