package main

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
)

// pollTable is the variable of rt/task that seal writes.
const pollTable = "tamagotake/rt/task.sealedPolls"

// seal writes the addresses of the verified poll functions into the linked image, where a
// spawn looks for them: so that no other function can be a real-time task's. The table is
// the variable that rt/task has for it: how many, and the address of each.
func seal(name string, roots []*root) error {
	var polls []uint64
	for _, r := range roots {
		if !r.Entry {
			polls = append(polls, r.fn.addr)
		}
	}
	slices.Sort(polls)
	file, err := elf.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return err
	}
	for _, s := range symbols {
		if s.Name != pollTable {
			continue
		}
		word := 8
		if file.Class == elf.ELFCLASS32 {
			word = 4
		}
		table := make([]byte, s.Size)
		if (1+len(polls))*word > len(table) {
			return fmt.Errorf("%s: %d functions marked %s, and %s has room for %d", name, len(polls), mark, s.Name, len(table)/word-1)
		}
		for i, v := range append([]uint64{uint64(len(polls))}, polls...) {
			if word == 4 {
				binary.LittleEndian.PutUint32(table[4*i:], uint32(v))
			} else {
				binary.LittleEndian.PutUint64(table[8*i:], v)
			}
		}
		return writeAt(name, file, s.Value, table)
	}
	return fmt.Errorf("%s: no real-time task can be spawned in it: there is no table of rt/task to seal", name)
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
