package main

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
)

// sizes are bytes.
type sizes struct {
	Stripped int64 `json:"stripped_bytes"`
	Symbols  int64 `json:"symbols_bytes"`
	Text     int64 `json:"text_bytes"`
	ReadOnly int64 `json:"rodata_bytes"`
	Data     int64 `json:"data_bytes"`
	Zero     int64 `json:"bss_bytes"`
}

func (s sizes) String() string {
	return fmt.Sprintf("  image     %9d bytes stripped, %d with symbols\n"+
		"  in memory %9d bytes: text %d, constants %d, data %d, zero at start %d\n",
		s.Stripped, s.Symbols, s.Text+s.ReadOnly+s.Data+s.Zero, s.Text, s.ReadOnly, s.Data, s.Zero)
}

func size(build, target string) (s sizes, err error) {
	name := filepath.Join(build, "tamagotake-"+target)
	if s.Stripped, err = fileSize(name + ".elf"); err != nil {
		return s, err
	}
	if s.Symbols, err = fileSize(name + ".sym.elf"); err != nil {
		return s, err
	}
	f, err := elf.Open(name + ".sym.elf")
	if err != nil {
		return s, err
	}
	defer f.Close()
	for _, section := range f.Sections {
		n := int64(section.Size)
		switch {
		case section.Flags&elf.SHF_ALLOC == 0:
		case section.Type == elf.SHT_NOBITS:
			s.Zero += n
		case section.Flags&elf.SHF_EXECINSTR != 0:
			s.Text += n
		case section.Flags&elf.SHF_WRITE != 0:
			s.Data += n
		default:
			s.ReadOnly += n
		}
	}
	return s, nil
}

func fileSize(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("run make images first: %w", err)
	}
	return info.Size(), nil
}
