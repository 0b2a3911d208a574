package verify

import (
	"bytes"
	"debug/elf"
	"fmt"
	"slices"
)

// A sealTable is a variable of rt/internal/raw that has the addresses of verified functions: how
// many, and each. A spawn looks there for poll functions, and task.NewUndo for undo functions,
// and neither accepts others.
type sealTable struct {
	mark     string // of the functions that it has
	variable string
	without  string // what cannot be done in an image without it, if that is an error
}

var sealTables = []sealTable{
	{mark, "github.com/tamagotake/tamagotake/rt/internal/raw.sealedPolls", "no real-time task can be spawned in it"},
	{markUndo, "github.com/tamagotake/tamagotake/rt/internal/raw.sealedUndos", ""},
}

// Seal returns the linked image with the addresses of the verified functions in it. An image in
// which something is refused is not sealed.
func (v *Result) Seal() ([]byte, error) {
	if len(v.refusals) > 0 {
		return nil, fmt.Errorf("%s: not sealed: %d ways lead to what is refused", v.im.name, len(v.refusals))
	}
	sealed := slices.Clone(v.im.file)
	file, err := elf.NewFile(bytes.NewReader(v.im.file))
	if err != nil {
		return nil, err
	}
	symbols, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	for _, t := range sealTables {
		var list []uint64
		for _, r := range v.roots {
			if r.mark == t.mark {
				list = append(list, r.fn.addr)
			}
		}
		symbol, found, err := only(symbols, t.variable)
		if err == nil && !found && len(list) > 0 && t.without != "" {
			err = fmt.Errorf("%s: there is no %s to seal", t.without, t.variable)
		}
		if err == nil && found {
			var table []byte
			if table, err = t.encode(list, symbol.Size, file); err == nil {
				err = writeAt(sealed, file, symbol.Value, table)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.im.name, err)
		}
	}
	return sealed, nil
}

// only returns the symbol of that name. Two are an error: a variable of an assembly file may have any
// name, and what is written to it the kernel does not read.
func only(symbols []elf.Symbol, name string) (symbol elf.Symbol, found bool, err error) {
	for _, s := range symbols {
		if s.Name == name {
			if found {
				return s, true, fmt.Errorf("there are two symbols %s: rename what is not of its package", name)
			}
			symbol, found = s, true
		}
	}
	return symbol, found, nil
}

// encode makes the contents of a table.
func (t *sealTable) encode(list []uint64, size uint64, file *elf.File) ([]byte, error) {
	slices.Sort(list)
	word := 8
	if file.Class == elf.ELFCLASS32 {
		word = 4
	}
	table := make([]byte, size)
	if (1+len(list))*word > len(table) {
		return nil, fmt.Errorf("%d functions marked %s, and %s has room for %d", len(list), t.mark, t.variable, len(table)/word-1)
	}
	for i, v := range append([]uint64{uint64(len(list))}, list...) {
		if word == 4 {
			file.ByteOrder.PutUint32(table[4*i:], uint32(v))
		} else {
			file.ByteOrder.PutUint64(table[8*i:], v)
		}
	}
	return table, nil
}

// writeAt writes to what is at an address of the image.
func writeAt(image []byte, file *elf.File, addr uint64, data []byte) error {
	for _, p := range file.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr+uint64(len(data)) <= p.Vaddr+p.Filesz {
			copy(image[p.Off+addr-p.Vaddr:], data)
			return nil
		}
	}
	return fmt.Errorf("nothing of the file is at 0x%x", addr)
}
