package qemu

import (
	"debug/elf"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What each page of memory must be: this table and docs/internals.md say it, and the sections
// of the image. It shares nothing with the code that makes the page tables.
type expectation struct {
	start, end uint64
	physical   uint64 // of start
	access
	name string
}

const (
	r    = readable | cached
	rw   = readable | writable | cached
	rx   = readable | executable | cached
	dev  = readable | writable // registers
	none = access(0)
)

// fixed are the regions of addresses that do not depend on the image or on how much memory
// there is. What is in no region must be absent.
var fixed = map[string][]expectation{
	"amd64": {
		{0x1000, 0x100000, 0x1000, r, "memory of the firmware"},
		{0x111000, 0x115000, 0x111000, rw, "real-time stack"},
		{0x116000, 0x11a000, 0x116000, rw, "NMI stack"},
		{0x11b000, 0x11f000, 0x11b000, rw, "exception stack"},
		{0x120000, 0x124000, 0x120000, rw, "double fault stack"},
		{0x125000, 0x129000, 0x125000, rw, "nested stack"},
		{0x130000, 0x131000, 0x130000, r, "interrupt gates"},
		{0x131000, 0x132000, 0x131000, r, "segment descriptors"},
		{0x140000, 0x150000, 0x140000, r, "page tables"},
		{0x200000, 0x201000, 0x200000, r, "header of the image"},
	},
	"arm": {
		{0x1000, 0x80000000, 0x1000, dev, "devices, and their memory"},
		{0x80000000, 0x80001000, 0x80000000, rx, "vectors"},
		{0x80001000, 0x80008000, 0x80001000, r, "page tables"},
		{0x8000f000, 0x80010000, 0x8000f000, rw, "TamaGo's vectors"},
		{0xf0001000, 0xf0003000, 0x80008000, rw, "real-time stack"},
		{0xf0004000, 0xf0006000, 0x8000a000, rw, "interrupt stack"},
		{0xf0007000, 0xf0008000, 0x8000c000, rw, "abort stack"},
		{0xf0009000, 0xf000a000, 0x8000d000, rw, "undefined instruction stack"},
		{0xf000b000, 0xf000c000, 0x8000e000, rw, "other exceptions' stack"},
	},
}

// guards are pages that must be absent whatever else is: the first, and one below each stack.
var guards = map[string][]uint64{
	"amd64": {0, 0x110000, 0x115000, 0x11a000, 0x11f000, 0x124000},
	"arm":   {0, 0xf0000000, 0xf0003000, 0xf0006000, 0xf0008000, 0xf000a000},
}

// notWritten are sections that the linker puts among the variables, although nothing writes
// them: a page that has nothing else is read-only.
var notWritten = []string{".go.buildinfo", ".go.fipsinfo"}

// expect returns what the machine's memory must be, in order of addresses, and the page below
// the boot stack. How much memory there is and where the boot stack is, the kernel's own
// variables say.
func expect(d *Debugger, arch string, image *elf.File) (list []expectation, guard uint64, err error) {
	list = slices.Clone(fixed[arch])
	word := 8
	if image.Class == elf.ELFCLASS32 {
		word = 4
	}
	symbols, err := image.Symbols()
	if err != nil {
		return nil, 0, err
	}
	variable := func(name string) (v uint64) {
		for _, s := range symbols {
			if s.Name == name && err == nil {
				var b []byte
				if b, err = d.Read(s.Value, word); err == nil {
					return binary.LittleEndian.Uint64(append(b, make([]byte, 8)...))
				}
			}
		}
		if err == nil {
			err = fmt.Errorf("the image has no variable %s", name)
		}
		return 0
	}
	ramEnd := variable("runtime/goos.RamStart") + variable("runtime/goos.RamSize")
	guard = variable("runtime.g0")&^(pageSize-1) - pageSize // g0 begins with its stack's lower bound
	if err != nil {
		return nil, 0, err
	}
	if arch == "amd64" {
		const dma = 1 << 20
		ramEnd = (ramEnd + dma + pageSize - 1) &^ (pageSize - 1)
		list = append(list, expectation{ramEnd, 1 << 32, ramEnd, dev, "devices"})
	}
	pages := map[uint64]access{}
	end := uint64(0)
	for _, s := range image.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 || s.Size == 0 || strings.HasPrefix(s.Name, ".note") {
			continue
		}
		a := r
		switch {
		case s.Flags&elf.SHF_EXECINSTR != 0:
			a = rx
		case s.Flags&elf.SHF_WRITE != 0 && !slices.Contains(notWritten, s.Name):
			a = rw
		}
		for page := s.Addr &^ (pageSize - 1); page < s.Addr+s.Size; page += pageSize {
			pages[page] |= a // code or variables that share a page would show as writable code
			end = max(end, page+pageSize)
		}
	}
	for page, a := range pages {
		list = append(list, expectation{page, page + pageSize, page, a, "the image"})
	}
	list = append(list, expectation{end, guard, end, rw, "heap"}, expectation{guard + pageSize, ramEnd, guard + pageSize, rw, "boot stack"})
	slices.SortFunc(list, func(a, b expectation) int { return int(int64(a.start) - int64(b.start)) })
	for i, e := range list[1:] {
		if e.start < list[i].end {
			return nil, 0, fmt.Errorf("%s at %#x overlaps %s", e.name, e.start, list[i].name)
		}
	}
	return list, guard, nil
}

// addresses is how much of the address space is looked at page by page. There must be
// nothing beyond.
const addresses = 1 << 32

// census is what a comparison of all pages has found.
type census struct {
	checked, wrong int
	found          []string // some of what is wrong
}

func (c *census) report(format string, args ...any) {
	if c.wrong++; len(c.found) < 20 {
		c.found = append(c.found, fmt.Sprintf(format, args...))
	}
}

// count compares each page of the address space, 4 KiB each, with what is expected there.
func count(d *Debugger, arch string, image *elf.File) (c census, err error) {
	mappings, tables, err := walk(d)
	if err != nil {
		return c, err
	}
	expected, guard, err := expect(d, arch, image)
	if err != nil {
		return c, err
	}
	is := func(page uint64) (m mapping) {
		i, ok := slices.BinarySearchFunc(mappings, page, func(m mapping, page uint64) int {
			switch {
			case page < m.start:
				return 1
			case page >= m.start+m.size:
				return -1
			}
			return 0
		})
		if ok {
			m = mappings[i]
			m.physical += page - m.start
		}
		return m
	}
	at := 0
	for page := uint64(0); page < addresses; page += pageSize {
		for at < len(expected) && page >= expected[at].end {
			at++
		}
		want := expectation{name: "nothing"}
		if at < len(expected) && page >= expected[at].start {
			want = expected[at]
		}
		c.checked++
		got := is(page)
		switch {
		case got.access != want.access:
			c.report("%#x is %v, and must be %v: %s", page, got.access, want.access, want.name)
		case got.access != none && got.physical != want.physical+page-want.start:
			c.report("%#x is mapped to %#x: %s", page, got.physical, want.name)
		case got.access&(writable|executable) == writable|executable:
			c.report("%#x can be written and executed: %s", page, want.name)
		}
	}
	for _, m := range mappings {
		if m.start+m.size > addresses {
			c.report("%#x is mapped", m.start)
		}
	}
	for _, table := range tables {
		if is(table).access&writable != 0 {
			c.report("the page table at %#x can be written", table)
		}
	}
	for _, g := range append(slices.Clone(guards[arch]), guard) {
		if is(g).access != none {
			c.report("the guard page %#x is there", g)
		}
	}
	return c, nil
}

// sections opens the image with its section headers and symbols.
func sections(t *testing.T, m Machine) (image *elf.File, arch string) {
	t.Helper()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	image, err = elf.Open(filepath.Join(build, strings.TrimSuffix(m.Image, ".elf")+".sym.elf"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { image.Close() })
	if image.Machine == elf.EM_ARM {
		return image, "arm"
	}
	return image, "amd64"
}

// The tables of the running kernel are walked from outside, on every machine and with
// little and much memory, and every page of 4 GiB is what it must be. With SOUND=dir the
// figures of one machine of each architecture go to memory.json there.
func TestPages(t *testing.T) {
	figures := map[string]map[string]int{}
	for _, m := range append(slices.Clone(Machines),
		Machine{"q35", Q35.Image, Q35.With("-m", "24M").Args}, Machine{"q35", Q35.Image, Q35.With("-m", "6G").Args},
		Machine{"microvm", MicroVM.Image, MicroVM.With("-m", "3G").Args},
		Machine{"usbarmory", "tamagotake-usbarmory-1g.elf", USBArmory.With("-m", "1G").Args}) {
		memory := ""
		for i, a := range m.Args {
			if a == "-m" {
				memory = m.Args[i+1] // the last counts
			}
		}
		t.Run(m.Name+" "+memory, func(t *testing.T) {
			image, arch := sections(t, m)
			c := boot(t, m)
			d, err := c.Debug()
			if err != nil {
				t.Fatal(err)
			}
			result, err := count(d, arch, image)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d pages, %d wrong", result.checked, result.wrong)
			for _, text := range result.found {
				t.Error(text)
			}
			if _, ok := figures[arch]; !ok {
				figures[arch] = map[string]int{}
			}
			figures[arch]["checked"] += result.checked
			figures[arch]["wrong"] += result.wrong
			tables(t, c, d, arch)
			sealed(t, image)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			if got := c.run("echo still here"); got != "still here\n" {
				t.Errorf("after the census: %q", got)
			}
		})
	}
	if dir := os.Getenv("SOUND"); dir != "" {
		data, err := json.Marshal(map[string]any{"pages": figures})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "memory.json"), data, 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// tables checks that the vectors and descriptors that the processor uses are those in the
// table of pages above.
func tables(t *testing.T, c console, d *Debugger, arch string) {
	t.Helper()
	if arch == "arm" {
		for _, name := range []string{"VBAR_S", "MVBAR_S"} {
			if v, err := d.Register(name); err != nil || v != 0x80000000 {
				t.Errorf("%s is %#x, %v", name, v, err)
			}
		}
		return
	}
	answer, err := c.QMP("human-monitor-command", map[string]any{"command-line": "info registers"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{"IDT": 0x130000, "GDT": 0x131000} {
		m := regexp.MustCompile(name + `= +([0-9a-f]+)`).FindStringSubmatch(answer)
		if m == nil {
			t.Fatalf("no %s in %s", name, answer)
		}
		if v, _ := strconv.ParseUint(m[1], 16, 64); v != want {
			t.Errorf("%s is at %#x, want %#x", name, v, want)
		}
	}
}

// sealed checks that what boot/verify has written into the image is among the constants.
func sealed(t *testing.T, image *elf.File) {
	t.Helper()
	symbols, err := image.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range symbols {
		if strings.HasPrefix(s.Name, "github.com/tamagotake/tamagotake/rt/internal/raw.sealed") && elf.ST_TYPE(s.Info) == elf.STT_OBJECT {
			n++
			if section := image.Sections[s.Section].Name; section != ".rodata" {
				t.Errorf("%s is in %s", s.Name, section)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d tables of verified functions", n)
	}
}

// flip changes bits of the entry of a page, in the tables of the stopped machine.
type flip struct {
	name string
	page func(image *elf.File, d *Debugger) uint64
	xor  [2]uint64 // in the entry of a page of 4 KiB; in one of a larger page
}

func section(name string) func(*elf.File, *Debugger) uint64 {
	return func(image *elf.File, d *Debugger) uint64 { return image.Section(name).Addr &^ (pageSize - 1) }
}

func address(page uint64) func(*elf.File, *Debugger) uint64 {
	return func(*elf.File, *Debugger) uint64 { return page }
}

// The census finds each flag that is left out: they are changed one by one, in the tables
// themselves.
func TestPagesFinds(t *testing.T) {
	const (
		nx   = 1 << 63
		w    = 1 << 1
		pcd  = 1 << 4
		next = pageSize // another physical page

		armNX, armNXSection = 1 << 0, 1 << 4
		armRO, armROSection = 1 << 9, 1 << 15
		armC, armCSection   = 1<<2 | 1<<3, 1<<2 | 1<<3
	)
	flips := map[string][]flip{
		"amd64": {
			{"variables are executable", section(".data"), [2]uint64{nx, nx}},
			{"the heap is executable", address(0x1000000), [2]uint64{nx, nx}},
			{"a stack is executable", address(0x111000), [2]uint64{nx, nx}},
			{"text is writable", section(".text"), [2]uint64{w, w}},
			{"text cannot be executed", section(".text"), [2]uint64{nx, nx}},
			{"constants are writable", section(".rodata"), [2]uint64{w, w}},
			{"the line table is writable", section(".gopclntab"), [2]uint64{w, w}},
			{"constants are executable", section(".rodata"), [2]uint64{nx, nx}},
			{"page tables are writable", address(0x140000), [2]uint64{w, w}},
			{"gates are writable", address(0x130000), [2]uint64{w, w}},
			{"the first page is there", address(0), [2]uint64{nx | 1, 0}},
			{"a guard is there", address(0x110000), [2]uint64{nx | 1, 0}},
			{"devices are cached", address(0xfee00000), [2]uint64{pcd, pcd}},
			{"devices are executable", address(0xfee00000), [2]uint64{nx, nx}},
			{"a page is another's", section(".rodata"), [2]uint64{next, 0}},
		},
		"arm": {
			{"variables are executable", section(".data"), [2]uint64{armNX, armNXSection}},
			{"the heap is executable", address(0x81000000), [2]uint64{armNX, armNXSection}},
			{"a stack is executable", address(0xf0001000), [2]uint64{armNX, 0}},
			{"text is writable", section(".text"), [2]uint64{armRO, armROSection}},
			{"text cannot be executed", section(".text"), [2]uint64{armNX, armNXSection}},
			{"constants are writable", section(".rodata"), [2]uint64{armRO, armROSection}},
			{"the line table is writable", section(".gopclntab"), [2]uint64{armRO, armROSection}},
			{"constants are executable", section(".rodata"), [2]uint64{armNX, armNXSection}},
			{"page tables are writable", address(0x80004000), [2]uint64{armRO, 0}},
			{"vectors are writable", address(0x80000000), [2]uint64{armRO, 0}},
			{"the first page is there", address(0), [2]uint64{0x13, 0}},
			{"a guard is there", address(0xf0000000), [2]uint64{0x13, 0}},
			{"a stack has a second address", address(0x80008000), [2]uint64{0x8000801f, 0}},
			{"devices are cached", address(0x02000000), [2]uint64{armC, armCSection}},
			{"devices are executable", address(0x02000000), [2]uint64{armNX, armNXSection}},
			{"a page is another's", section(".rodata"), [2]uint64{next, 0}},
		},
	}
	for _, m := range []Machine{Q35, EVK} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			image, arch := sections(t, m)
			c := boot(t, m)
			d, err := c.Debug()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range flips[arch] {
				at, size, large, err := entry(d, arch, f.page(image, d))
				if err != nil {
					t.Fatal(err)
				}
				before, err := d.Read(at, size)
				if err != nil {
					t.Fatal(err)
				}
				xor := f.xor[0]
				if large {
					xor = f.xor[1]
				}
				changed := slices.Clone(before)
				for i := range changed {
					changed[i] ^= byte(xor >> (8 * i))
				}
				if err := d.Write(at, changed); err != nil {
					t.Fatal(err)
				}
				result, err := count(d, arch, image)
				if err != nil {
					t.Fatal(err)
				}
				if result.wrong == 0 || xor == 0 {
					t.Errorf("%s: the census does not see it", f.name)
				} else {
					t.Logf("%s: %d wrong, %s", f.name, result.wrong, result.found[0])
				}
				if err := d.Write(at, before); err != nil {
					t.Fatal(err)
				}
			}
			if result, err := count(d, arch, image); err != nil || result.wrong != 0 {
				t.Errorf("with nothing left out: %v, %v", result, err)
			}
		})
	}
}

// entry finds where the tables have the entry of a page.
func entry(d *Debugger, arch string, page uint64) (at uint64, size int, large bool, err error) {
	read := func(at uint64, size int) uint64 {
		var b []byte
		if b, err = d.Read(at, size); err != nil {
			return 0
		}
		return binary.LittleEndian.Uint64(append(b, make([]byte, 8)...))
	}
	if arch == "arm" {
		root, e := d.Register("TTBR0_S")
		if e != nil {
			return 0, 0, false, e
		}
		at = root&^(1<<14-1) + page>>20*4
		l1 := read(at, 4)
		if l1&3 != 1 {
			return at, 4, true, err
		}
		return l1&^(1<<10-1) + page>>12&0xff*4, 4, false, err
	}
	table, e := d.Register("cr3")
	if e != nil {
		return 0, 0, false, e
	}
	for level := 3; ; level-- {
		at = table&0x000ffffffffff000 + page>>(12+9*level)&511*8
		table = read(at, 8)
		if err != nil || level == 0 || table&(1<<7) != 0 {
			return at, 8, level != 0, err
		}
		if table&1 == 0 {
			return 0, 0, false, fmt.Errorf("there is no table for %#x", page)
		}
	}
}
