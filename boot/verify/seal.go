package main

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
)

// The variables of rt/task that seal writes.
const (
	pollTable = "tamagotake/rt/task.sealedPolls"
	undoTable = "tamagotake/rt/task.sealedUndos"
)

// seal writes the addresses of the verified functions into the linked image: of the poll
// functions, where a spawn looks for them, and of the undo functions, where [task.NewUndo]
// does. So no other function can be a real-time task's. A table is a variable of rt/task: how
// many, and the address of each. That of the undo functions is not in an image that has none.
func seal(name string, roots []*root) error {
	tables := map[string][]uint64{pollTable: nil, undoTable: nil}
	for _, r := range roots {
		switch {
		case r.undo:
			tables[undoTable] = append(tables[undoTable], r.fn.addr)
		case !r.Entry:
			tables[pollTable] = append(tables[pollTable], r.fn.addr)
		}
	}
	file, err := elf.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return err
	}
	sealed := map[string]bool{}
	for _, s := range symbols {
		functions, ok := tables[s.Name]
		if !ok {
			continue
		}
		slices.Sort(functions)
		word := 8
		if file.Class == elf.ELFCLASS32 {
			word = 4
		}
		table := make([]byte, s.Size)
		if (1+len(functions))*word > len(table) {
			return fmt.Errorf("%s: %d functions marked %s or %s, and %s has room for %d", name, len(functions), mark, markUndo, s.Name, len(table)/word-1)
		}
		for i, v := range append([]uint64{uint64(len(functions))}, functions...) {
			if word == 4 {
				binary.LittleEndian.PutUint32(table[4*i:], uint32(v))
			} else {
				binary.LittleEndian.PutUint64(table[8*i:], v)
			}
		}
		if err := writeAt(name, file, s.Value, table); err != nil {
			return err
		}
		sealed[s.Name] = true
	}
	if !sealed[pollTable] {
		return fmt.Errorf("%s: no real-time task can be spawned in it: there is no table of rt/task to seal", name)
	}
	return nil
}

// writeAt writes what is at an address of the image.
func writeAt(name string, file *elf.File, addr uint64, data []byte) error {
	for _, p := range file.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr+uint64(len(data)) <= p.Vaddr+p.Filesz {
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			if _, err := f.WriteAt(data, int64(p.Off+addr-p.Vaddr)); err != nil {
				f.Close()
				return err
			}
			return f.Close()
		}
	}
	return fmt.Errorf("%s: nothing of the file is at 0x%x", name, addr)
}
