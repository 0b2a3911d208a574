package qemu

import (
	"encoding/binary"
	"fmt"
)

// pageSize is the smallest page of both processors.
const pageSize = 0x1000

// access is what the processor lets the kernel do with a page.
type access uint8

const (
	readable access = 1 << iota
	writable
	executable
	cached
)

func (a access) String() string {
	text := []byte("----")
	for i, c := range "rwxc" {
		if a&(1<<i) != 0 {
			text[i] = byte(c)
		}
	}
	return string(text)
}

// mapping is a range of addresses, a page or a large one, as the tables have it.
type mapping struct {
	start, size, physical uint64
	access
}

// walk reads the page tables that the processor uses, from outside of the machine: every
// mapping, in order of addresses, and the addresses of the tables' pages.
func walk(d *Debugger) (mappings []mapping, tables []uint64, err error) {
	w := walker{d: d}
	if _, arm := d.registers["cpsr"]; arm {
		err = w.arm()
	} else {
		err = w.amd64()
	}
	return w.mappings, w.tables, err
}

type walker struct {
	d        *Debugger
	always   access // whatever the entries say
	mappings []mapping
	tables   []uint64
}

func (w *walker) table(addr uint64, size int) ([]byte, error) {
	for page := addr &^ (pageSize - 1); page < addr+uint64(size); page += pageSize {
		w.tables = append(w.tables, page)
	}
	return w.d.Read(addr, size)
}

// register reads a register that must have certain bits.
func (w *walker) register(name string, set, clear uint64) (uint64, error) {
	v, err := w.d.Register(name)
	if err == nil && (v&set != set || v&clear != 0) {
		err = fmt.Errorf("%s is %#x: bits %#x must be set, %#x clear", name, v, set, clear)
	}
	return v, err
}

// Intel SDM 4.5, 4.6: four levels, bit 63 of an entry forbids execution if EFER.NXE is set, and
// bit 1 writing, by the kernel too if CR0.WP is.
func (w *walker) amd64() error {
	const wp, paging, nxe, la57 = 1 << 16, 1 << 31, 1 << 11, 1 << 12
	cr0, err := w.register("cr0", paging, 0)
	if err != nil {
		return err
	}
	if cr0&wp == 0 {
		w.always |= writable
	}
	efer, err := w.register("efer", 0, 0)
	if err != nil {
		return err
	}
	if efer&nxe == 0 {
		w.always |= executable
	}
	if _, err := w.register("cr4", 0, la57); err != nil {
		return err
	}
	root, err := w.register("cr3", 0, 0)
	if err != nil {
		return err
	}
	return w.level(root&^(pageSize-1), 3, 0, readable|writable|executable)
}

func (w *walker) level(table uint64, level uint, start uint64, above access) error {
	const present, write, uncached, large, nx = 1 << 0, 1 << 1, 1 << 4, 1 << 7, 1 << 63
	const address = 0x000ffffffffff000
	entries, err := w.table(table, pageSize)
	if err != nil {
		return err
	}
	size := uint64(pageSize) << (9 * level)
	for i := range uint64(512) {
		e := binary.LittleEndian.Uint64(entries[8*i:])
		if e&present == 0 {
			continue
		}
		a := above
		if e&write == 0 {
			a &^= writable
		}
		if e&nx != 0 {
			a &^= executable
		}
		at := start + i*size
		if level > 0 && e&large == 0 {
			if err := w.level(e&address, level-1, at, a); err != nil {
				return err
			}
			continue
		}
		if e&uncached == 0 {
			a |= cached
		}
		w.mappings = append(w.mappings, mapping{at, size, e & address &^ (size - 1), a | w.always})
	}
	return nil
}

// ARM ARM B3.5.1, B3.7: short descriptors, one table for all addresses; no access flags, no TEX
// remap. The permissions are checked if domain 0 is a client and not a manager.
func (w *walker) arm() error {
	const mmu, tre, afe = 1 << 0, 1 << 28, 1 << 29
	if _, err := w.register("SCTLR_S", mmu, tre|afe); err != nil {
		return err
	}
	if _, err := w.register("TTBCR_S", 0, 1<<31|7); err != nil {
		return err
	}
	dacr, err := w.register("DACR_S", 1, 0)
	if err != nil {
		return err
	}
	if dacr&2 != 0 {
		w.always = writable | executable
	}
	root, err := w.register("TTBR0_S", 0, 0)
	if err != nil {
		return err
	}
	const sectionSize, entries = 1 << 20, 1 << 12
	l1, err := w.table(root&^(1<<14-1), 4*entries)
	if err != nil {
		return err
	}
	for i := range uint64(entries) {
		e := binary.LittleEndian.Uint32(l1[4*i:])
		switch e & 3 {
		case 0:
		case 1:
			if err := w.pages(e, i*sectionSize); err != nil {
				return err
			}
		default: // a section, not a supersection, domain 0
			if e>>18&1 != 0 || e>>5&0xf != 0 {
				return fmt.Errorf("entry %#x for %#x is not understood", e, i*sectionSize)
			}
			a, err := permissions(e>>10&3|e>>15&1<<2, e>>4&1 != 0, e>>12&7, e>>2&3)
			if err != nil {
				return fmt.Errorf("entry %#x for %#x: %w", e, i*sectionSize, err)
			}
			w.mappings = append(w.mappings, mapping{i * sectionSize, sectionSize, uint64(e &^ (sectionSize - 1)), a | w.always})
		}
	}
	return nil
}

func (w *walker) pages(l1 uint32, start uint64) error {
	l2, err := w.table(uint64(l1&^(1<<10-1)), 1<<10)
	if err != nil {
		return err
	}
	for i := range uint64(256) {
		e := binary.LittleEndian.Uint32(l2[4*i:])
		at := start + i*pageSize
		switch e & 3 {
		case 0:
			continue
		case 1:
			return fmt.Errorf("entry %#x for %#x: a large page", e, at)
		}
		a, err := permissions(e>>4&3|e>>9&1<<2, e&1 != 0, e>>6&7, e>>2&3)
		if err != nil {
			return fmt.Errorf("entry %#x for %#x: %w", e, at, err)
		}
		w.mappings = append(w.mappings, mapping{at, pageSize, uint64(e &^ (pageSize - 1)), a | w.always})
	}
	return nil
}

// permissions decodes what privileged code may do (ARM ARM tables B3-8 and B3-10).
func permissions(ap uint32, never bool, tex, cb uint32) (a access, err error) {
	switch ap {
	case 0b001, 0b010, 0b011:
		a = readable | writable
	case 0b101, 0b111:
		a = readable
	default:
		return 0, fmt.Errorf("access permissions %#b", ap)
	}
	if !never {
		a |= executable
	}
	switch {
	case tex == 0 && cb == 0b11:
		a |= cached
	case tex == 0 && cb == 0: // strongly ordered
	default:
		return 0, fmt.Errorf("memory type TEX %#b, C and B %#b", tex, cb)
	}
	return a, nil
}
