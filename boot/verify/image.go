package main

import (
	"debug/elf"
	"debug/gosym"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
)

// function is a function of the image.
type function struct {
	name string // of the linker; without the suffix that tells calling conventions apart
	addr uint64
	code []byte
}

func (f *function) end() uint64 { return f.addr + uint64(len(f.code)) }

// image is a linked program with its symbols.
type image struct {
	arch  arch
	funcs []*function // by address
	lines *gosym.Table
}

func open(name string) (*image, error) {
	file, err := elf.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: not an ELF file: %w", name, err)
	}
	defer file.Close()
	im := &image{}
	switch file.Machine {
	case elf.EM_X86_64:
		im.arch = amd64{}
	case elf.EM_ARM:
		im.arch = arm{}
	default:
		return nil, fmt.Errorf("%s: for %v; there are amd64 and arm", name, file.Machine)
	}
	text := file.Section(".text")
	symbols, err := file.Symbols()
	if err != nil || text == nil {
		return nil, fmt.Errorf("%s: no code or no symbols: verify wants the linked image, before it is stripped", name)
	}
	code, err := text.Data()
	if err != nil {
		return nil, err
	}
	for _, s := range symbols {
		if elf.ST_TYPE(s.Info) != elf.STT_FUNC || s.Size == 0 || s.Value < text.Addr || s.Value+s.Size > text.Addr+text.Size {
			continue
		}
		from := s.Value - text.Addr
		im.funcs = append(im.funcs, &function{strings.TrimSuffix(s.Name, ".abi0"), s.Value, code[from : from+s.Size]})
	}
	sort.Slice(im.funcs, func(i, j int) bool { return im.funcs[i].addr < im.funcs[j].addr })
	pcln := file.Section(".gopclntab")
	if pcln == nil {
		return nil, fmt.Errorf("%s: no .gopclntab: not a Go program", name)
	}
	table, err := pcln.Data()
	if err != nil {
		return nil, err
	}
	im.lines, err = gosym.NewTable(nil, gosym.NewLineTable(table, text.Addr))
	return im, err
}

// at returns the function that an address lies in.
func (im *image) at(addr uint64) *function {
	i := sort.Search(len(im.funcs), func(i int) bool { return im.funcs[i].end() > addr })
	if i < len(im.funcs) && im.funcs[i].addr <= addr {
		return im.funcs[i]
	}
	return nil
}

// named returns the functions of that name: one, or two with different calling
// conventions.
func (im *image) named(name string) (list []*function) {
	for _, f := range im.funcs {
		if f.name == name {
			list = append(list, f)
		}
	}
	return list
}

// place returns file:line of an instruction.
func (im *image) place(addr uint64) string {
	file, line, _ := im.lines.PCToLine(addr)
	if file == "" {
		return fmt.Sprintf("0x%x", addr)
	}
	if dir, ok := strings.CutPrefix(file, moduleDir+string(filepath.Separator)); ok {
		file = dir
	}
	return fmt.Sprintf("%s:%d", strings.TrimPrefix(file, "tamagotake/"), line)
}

// moduleDir is the directory that files are named from.
var moduleDir string
