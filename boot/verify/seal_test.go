package verify

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/port"
)

// table reads what a spawn will.
func table(t *testing.T, image []byte, variable string) (list []uint64) {
	t.Helper()
	file, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	s, found, err := only(symbols, variable)
	if err != nil || !found {
		t.Fatal("no table", err)
	}
	section := file.Sections[s.Section]
	data, err := section.Data()
	if err != nil {
		t.Fatal(err)
	}
	data = data[s.Value-section.Addr:][:s.Size]
	for len(data) > 0 {
		if file.Class == elf.ELFCLASS32 {
			list, data = append(list, uint64(binary.LittleEndian.Uint32(data))), data[4:]
		} else {
			list, data = append(list, binary.LittleEndian.Uint64(data)), data[8:]
		}
	}
	return list
}

// The tables of a sealed image have the marked functions and nothing else; it can be sealed
// anew; more than there is room for is refused, and so is an image that spawns nothing.
func TestSeal(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			name, linked, packages := buildImage(t, arch, "examples/monitor")
			before := slices.Clone(linked)
			for _, x := range sealTables {
				if got := table(t, linked, x.variable); got[0] < uint64(len(got)) || slices.Max(got[1:]) != 0 {
					t.Fatalf("%s before it is sealed: %x", x.variable, got)
				}
			}
			v, err := Image(name, linked, packages)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{}
			for _, r := range v.roots {
				want[r.mark] = append(want[r.mark], r.Name)
			}
			for mark, names := range map[string][]string{mark: {"github.com/tamagotake/tamagotake/kernel.timerPoll", "github.com/tamagotake/tamagotake/kernel.uartPoll"}, markUndo: {"github.com/tamagotake/tamagotake/rt/timer.undoSleep"}} {
				slices.Sort(want[mark])
				for _, name := range names {
					if !slices.Contains(want[mark], name) {
						t.Fatalf("%s: %v", mark, want)
					}
				}
			}
			for range 2 {
				sealed, err := v.Seal()
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range sealTables {
					got := table(t, sealed, x.variable)
					var names []string
					for _, a := range got[1 : 1+got[0]] {
						names = append(names, v.im.at(a).name)
					}
					slices.Sort(names)
					if !slices.Equal(names, want[x.mark]) || slices.Max(got[1+got[0]:]) != 0 {
						t.Errorf("%s: %v in %x, want %v", x.variable, names, got, want[x.mark])
					}
				}
				if v, err = Image(name, sealed, packages); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(linked, before) {
				t.Error("what was linked has changed")
			}
			for _, x := range sealTables {
				if _, err := sealAgain(t, name, renamed(t, linked, x.variable), packages); err == nil || !strings.Contains(err.Error(), "two symbols "+x.variable) {
					t.Errorf("another symbol of that name: %v", err)
				}
			}
			v.roots = slices.Repeat(v.roots, 64)
			if _, err := v.Seal(); err == nil || !strings.Contains(err.Error(), "has room for 63") {
				t.Errorf("too many: %v", err)
			}
			v = verifyImage(t, arch, "boot/verify/images/refused")
			if _, err := v.Seal(); err == nil || !strings.Contains(err.Error(), "not sealed") {
				t.Errorf("with refusals: %v", err)
			}
			v.refusals = nil
			if _, err := v.Seal(); err == nil || !strings.Contains(err.Error(), "no real-time task can be spawned") {
				t.Errorf("no table: %v", err)
			}
		})
	}
}

// sealAgain verifies and seals an image.
func sealAgain(t *testing.T, name string, linked []byte, packages []port.Package) ([]byte, error) {
	t.Helper()
	v, err := Image(name, linked, packages)
	if err != nil {
		t.Fatal(err)
	}
	return v.Seal()
}

// renamed returns the image with another symbol that has the name of a variable, as one of an
// assembly file that only that file knows may.
func renamed(t *testing.T, linked []byte, variable string) []byte {
	t.Helper()
	file, err := elf.NewFile(bytes.NewReader(linked))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	size := 24 // of an Elf64_Sym, and 16 of an Elf32_Sym; st_name is the first word of both
	if file.Class == elf.ELFCLASS32 {
		size = 16
	}
	table := slices.Clone(linked)
	at := func(i int) []byte { return table[int(file.SectionByType(elf.SHT_SYMTAB).Offset)+(1+i)*size:][:4] }
	from := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == variable })
	to := slices.IndexFunc(symbols, func(s elf.Symbol) bool {
		return elf.ST_BIND(s.Info) == elf.STB_LOCAL && elf.ST_TYPE(s.Info) == elf.STT_OBJECT
	})
	if from < 0 || to < 0 {
		t.Fatal("no symbols to rename", from, to)
	}
	copy(at(to), at(from))
	return table
}
