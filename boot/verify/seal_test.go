package main

import (
	"debug/elf"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// table reads what a spawn will.
func table(t *testing.T, name, variable string) (list []uint64) {
	t.Helper()
	file, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == variable })
	if i < 0 {
		t.Fatal("no table")
	}
	s := symbols[i]
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

// The table of a sealed image has the marked functions and nothing else; it can be sealed
// anew; more than there is room for is refused, and so is an image that spawns nothing.
func TestSeal(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			name := build(t, arch, "./kernel")
			for _, variable := range []string{pollTable, undoTable} {
				if got := table(t, name, variable); got[0] < uint64(len(got)) || slices.Max(got[1:]) != 0 {
					t.Fatalf("%s before it is sealed: %x", variable, got)
				}
			}
			t.Chdir("../..") // the names of packages are those of the directories
			roots, _, err := run(name, []string{"kernel", "rt"})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{}
			for _, r := range roots {
				switch {
				case r.undo:
					want[undoTable] = append(want[undoTable], r.Name)
				case !r.Entry:
					want[pollTable] = append(want[pollTable], r.Name)
				}
			}
			for variable, names := range map[string][]string{pollTable: {"main.timerPoll", "main.uartPoll"}, undoTable: {"tamagotake/rt/timer.undoSleep"}} {
				slices.Sort(want[variable])
				for _, name := range names {
					if !slices.Contains(want[variable], name) {
						t.Fatalf("marked: %v", want)
					}
				}
			}
			for range 2 {
				if err := seal(name, roots); err != nil {
					t.Fatal(err)
				}
				im, err := open(name)
				if err != nil {
					t.Fatal(err)
				}
				for variable, want := range want {
					got := table(t, name, variable)
					var names []string
					for _, a := range got[1 : 1+got[0]] {
						names = append(names, im.at(a).name)
					}
					slices.Sort(names)
					if !slices.Equal(names, want) || slices.Max(got[1+got[0]:]) != 0 {
						t.Errorf("%s: %v in %x, want %v", variable, names, got, want)
					}
				}
			}
			many := slices.Repeat(roots, 64)
			if err := seal(name, many); err == nil || !strings.Contains(err.Error(), "has room for 63") {
				t.Errorf("too many: %v", err)
			}
			if err := seal(buildAt(t, ".", arch, "./boot/verify/bad"), roots); err == nil || !strings.Contains(err.Error(), "no real-time task can be spawned") {
				t.Errorf("no table: %v", err)
			}
		})
	}
}
