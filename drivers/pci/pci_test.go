//go:build !tamago

package pci

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

// function is the configuration of one function, and which bits of it can be written.
type function struct {
	space Space
	mask  map[uint8]uint32 // of 32-bit registers
}

// machine answers mechanism #1, and has memory for MSI-X tables.
type machine struct {
	t         testing.TB
	address   uint32
	functions map[Address]*function
	memory    map[uintptr]uint32
	last      uint32 // written to a configuration
	clear     bool   // a one clears, in the upper half of a register

	// If not nil, called before a write.
	before func(f *function, offset uint8)
}

func newMachine(t testing.TB) *machine {
	m := &machine{t: t, functions: map[Address]*function{}, memory: map[uintptr]uint32{}}
	mmio.Fake = m
	return m
}

func (m *machine) at() (*function, uint8) {
	if m.address&configEnable == 0 {
		m.t.Fatalf("data port used with address %#x", m.address)
	}
	return m.functions[Address(m.address>>8)], uint8(m.address)
}

func (m *machine) Read(addr uintptr, size int) uint64 {
	if addr != configData {
		return uint64(m.memory[addr])
	}
	if f, offset := m.at(); f != nil {
		return uint64(f.space.At32(offset))
	}
	return math.MaxUint32
}

func (m *machine) Write(addr uintptr, size int, v uint64) {
	if addr&^2 == configData && size == 2 {
		m.last = uint32(v)
		f, offset := m.at()
		if m.before != nil {
			m.before(f, offset)
		}
		shift := 8 * (addr & 2)
		if m.clear && shift != 0 {
			f.space.put32(offset, f.space.At32(offset)&^(uint32(v)<<shift))
			return
		}
		mask := f.mask[offset] & (0xffff << shift)
		f.space.put32(offset, f.space.At32(offset)&^mask|uint32(v)<<shift&mask)
		return
	}
	switch addr {
	case configAddress:
		m.address = uint32(v)
	case configData:
		m.last = uint32(v)
		if f, offset := m.at(); f != nil {
			mask := f.mask[offset]
			f.space.put32(offset, f.space.At32(offset)&^mask|uint32(v)&mask)
		}
	default:
		m.memory[addr] = uint32(v)
	}
}

// add puts a function at an address.
func (m *machine) add(a Address, vendor, id uint16, class uint16) *function {
	f := &function{mask: map[uint8]uint32{regCommand: 0xffff}}
	f.space.put32(regID, uint32(vendor)|uint32(id)<<16)
	f.space.put32(regClass, uint32(class)<<16)
	m.functions[a] = f
	return f
}

func (m *machine) bridge(a Address, secondary uint8) *function {
	f := m.add(a, 0x1b36, 0xc, classBridgePCI)
	f.space[regHeader+2] = headerBridge
	f.space.put32(regBuses, uint32(secondary)<<8|uint32(secondary)<<16)
	return f
}

// capability links capabilities of these bytes from offset 0x40 on.
func (f *function) capability(caps ...[]byte) {
	f.space.put32(regCommand, statusCapable)
	link := regCapability
	at := capMin
	for _, c := range caps {
		f.space[link] = byte(at)
		copy(f.space[at:], c)
		link = at + 1
		at = (at + len(c) + 3) &^ 3
	}
	f.space[link] = 0
}

func scan() (found []Address) {
	Scan(func(d *Device) bool {
		found = append(found, d.Address)
		return true
	})
	return found
}

func TestScan(t *testing.T) {
	m := newMachine(t)
	m.add(At(0, 0, 0), 0x8086, 0x29c0, 0x0600)
	m.bridge(At(0, 1, 0), 1)
	m.add(At(0, 31, 0), 0x8086, 0x2918, 0x0601).space[regHeader+2] = headerMulti
	m.add(At(0, 31, 3), 0x8086, 0x2930, 0x0c05)
	m.add(At(0, 5, 2), 0x1234, 1, 0) // nobody looks for function 2 where there is no 0
	m.add(At(1, 0, 0), 0x1af4, 0x1042, 0x0100)
	m.bridge(At(1, 2, 0), 4)
	m.add(At(4, 9, 0), 0x1af4, 0x1044, 0x00ff)
	want := []Address{At(0, 0, 0), At(0, 1, 0), At(1, 0, 0), At(1, 2, 0), At(4, 9, 0), At(0, 31, 0), At(0, 31, 3)}
	if got := scan(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if At(4, 9, 3).String() != "04:09.3" {
		t.Error(At(4, 9, 3))
	}
}

// Bridges that lead back, to themselves and to each other's bus.
func TestScanEnds(t *testing.T) {
	m := newMachine(t)
	for i, secondary := range []uint8{0, 1, 1, 255} {
		m.bridge(At(0, uint8(i), 0), secondary)
		m.bridge(At(1, uint8(i), 0), secondary)
		m.bridge(At(255, uint8(i), 0), secondary)
	}
	if n := len(scan()); n != 12 {
		t.Errorf("%d functions, want each of 12 once", n)
	}
}

func TestPin(t *testing.T) {
	m := newMachine(t)
	m.bridge(At(0, 3, 0), 1)
	m.bridge(At(1, 2, 0), 2)
	f := m.add(At(2, 5, 0), 1, 1, 0)
	f.space[regInterrupt+1] = 2 // INTB
	d, _ := Look(At(2, 5, 0))
	// Behind device 5, then 2: INTB is turned by 7 to INTA.
	if device, pin := Pin(d); device != 3 || pin != 1 {
		t.Errorf("device %d pin %d", device, pin)
	}
	d.Pin = 0
	if device, pin := Pin(d); device != 3 || pin != 0 {
		t.Errorf("without a pin: device %d pin %d", device, pin)
	}
	delete(m.functions, At(1, 2, 0))
	if _, pin := Pin(d); pin != 0 {
		t.Errorf("without a bridge: pin %d", pin)
	}
}

// A list that runs in a circle, and one that leads into the header.
func TestCapabilitiesEnd(t *testing.T) {
	for _, link := range []byte{0x50, 0x40, 0x34, 0x3f} {
		var f function
		f.capability([]byte{CapMSI, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, []byte{CapMSIX, 0, 0, 0})
		f.space[0x51] = link
		var ids []uint8
		f.space.Capabilities(func(_, id uint8) bool {
			ids = append(ids, id)
			return len(ids) < 100
		})
		if !slices.Equal(ids, []uint8{CapMSI, CapMSIX}) {
			t.Errorf("link %#x: % x", link, ids)
		}
	}
}

func TestBars(t *testing.T) {
	m := newMachine(t)
	f := m.add(At(0, 2, 0), 0x1af4, 0x1042, 0x0100)
	f.space.put32(regBar0, 0xc001)
	f.mask[regBar0] = 0xffffffe0
	f.space.put32(regBar0+4, 0xfe000000)
	f.mask[regBar0+4] = 0xfffff000
	f.space.put32(regBar0+16, 0xfd00000c)
	f.mask[regBar0+16] = 0xffffc000
	f.mask[regBar0+20] = math.MaxUint32
	f.space.put32(regCommand, commandMemory)
	d, ok := Look(At(0, 2, 0))
	if !ok {
		t.Fatal("not found")
	}
	d.Size()
	want := [6]Bar{{0xc000, 32, true, false}, {0xfe000000, 4096, false, false}, {}, {}, {0xfd000000, 16384, false, true}, {}}
	if d.Bars != want {
		t.Errorf("%+v, want %+v", d.Bars, want)
	}
	if got := f.space.At32(regBar0 + 16); got != 0xfd00000c || f.space.At16(regCommand) != commandMemory {
		t.Errorf("left with bar %#x, command %#x", got, f.space.At16(regCommand))
	}
	for _, c := range []struct {
		bar            uint8
		offset, length uint32
		want           uintptr
	}{
		{4, 0x1000, 0x1000, 0xfd001000}, {4, 0x3ffc, 4, 0xfd003ffc},
		{4, 0x3ffd, 4, 0}, {4, 0, 0x4001, 0}, {4, 0xfffffff0, 0x20, 0}, {4, 0, 0, 0},
		{0, 0, 4, 0}, {2, 0, 4, 0}, {6, 0, 4, 0}, {255, 0, 4, 0},
	} {
		if got, err := d.Range(c.bar, c.offset, c.length); got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("bar %d offset %#x length %#x: %#x, %v", c.bar, c.offset, c.length, got, err)
		}
	}
	d.Bars[4].Address = 1 << 40
	if _, err := d.Range(4, 0, 4); err == nil {
		t.Error("a bar that is not mapped was used")
	}
}

func TestAssign(t *testing.T) {
	m := newMachine(t)
	b := m.bridge(At(0, 1, 0), 1)
	b.space.put32(regMemory, 0xfe2ffe20) // 0xfe200000 to 0xfe2fffff
	f := m.add(At(1, 0, 0), 0x1af4, 0x1042, 0x0100)
	f.mask[regBar0+4] = 0xfffff000
	f.space.put32(regBar0+16, barWide)
	f.mask[regBar0+16] = 0xffffc000
	f.mask[regBar0+20] = math.MaxUint32
	bridge, _ := Look(At(0, 1, 0))
	d, _ := Look(At(1, 0, 0))
	d.Size()
	taken, err := d.Assign(bridge, 0x800)
	if err != nil || d.Bars[1].Address != 0xfe201000 || d.Bars[4].Address != 0xfe204000 || taken != 0x8000 {
		t.Errorf("%+v, %#x, %v", d.Bars, taken, err)
	}
	if f.space.At32(regBar0+4) != 0xfe201000 || f.space.At32(regBar0+16)&barMemory != 0xfe204000 {
		t.Error("the device was not told")
	}
	d.Bars[1].Address = 0
	if _, err := d.Assign(bridge, 0xff001); !errors.Is(err, ErrNoWindow) {
		t.Errorf("a full window: %v", err)
	}
	b.space.put32(regMemory, 0x0000fff0) // base above limit: there is none
	bridge, _ = Look(At(0, 1, 0))
	if _, err := d.Assign(bridge, 0); !errors.Is(err, ErrNoWindow) {
		t.Errorf("no window: %v", err)
	}
}

func TestMSIX(t *testing.T) {
	m := newMachine(t)
	f := m.add(At(0, 2, 0), 0x1af4, 0x1042, 0x0100)
	f.space.put32(regBar0+4, 0xfe000000)
	f.mask[regBar0+4] = 0xfffff000
	f.mask[capMin] = msixEnable | msixMaskAll
	f.capability([]byte{CapMSIX, 0, 2, 0, 1, 8, 0, 0, 1, 0, 0, 0}) // three entries at 0x800 of bar 1
	d, _ := Look(At(0, 2, 0))
	d.Size()
	x, err := FindMSIX(d)
	if err != nil || x.Entries != 3 {
		t.Fatalf("%+v, %v", x, err)
	}
	x.Enable()
	if err := x.Set(2, 0xfee00000, 0x51); err != nil {
		t.Fatal(err)
	}
	if f.space.At32(capMin)&(msixEnable|msixMaskAll) != msixEnable || f.space.At16(regCommand)&commandNoINTx == 0 {
		t.Errorf("control %#x, command %#x", f.space.At32(capMin), f.space.At16(regCommand))
	}
	e := uintptr(0xfe000820)
	if m.memory[e] != 0xfee00000 || m.memory[e+8] != 0x51 || m.memory[e+12] != 0 || m.memory[e-4] != entryMasked {
		t.Errorf("table %#x", m.memory)
	}
	if x.Set(3, 0, 0) == nil || x.Set(-1, 0, 0) == nil {
		t.Error("an entry beyond the table was written")
	}
	f.space[capMin+3] = 7 // 1,795 entries do not fit
	d, _ = Look(At(0, 2, 0))
	d.Size()
	if _, err := FindMSIX(d); err == nil || errors.Is(err, ErrNoMessages) {
		t.Errorf("a table larger than its bar: %v", err)
	}
	f.capability()
	d, _ = Look(At(0, 2, 0))
	if _, err := FindMSIX(d); err != ErrNoMessages {
		t.Error(err)
	}
}

func TestMSI(t *testing.T) {
	for _, wide := range []byte{0, 0x80} {
		m := newMachine(t)
		f := m.add(At(0, 2, 0), 0x8086, 0x2922, 0x0106)
		f.capability([]byte{CapMSI, 0, wide | 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		for offset := uint8(capMin); offset < capMin+16; offset += 4 {
			f.mask[offset] = 0xffff0000
			if offset > capMin {
				f.mask[offset] = math.MaxUint32
			}
		}
		d, _ := Look(At(0, 2, 0))
		if err := SetMSI(d, 0xfee00000, 0x51); err != nil {
			t.Fatal(err)
		}
		data := uint8(capMin + 8)
		if wide != 0 {
			data += 4
		}
		if s := &f.space; s.At32(capMin+4) != 0xfee00000 || s.At32(data) != 0x51 || s.At32(capMin)>>16 != uint32(wide)|1 {
			t.Errorf("wide %#x: % x", wide, s[capMin:capMin+16])
		}
	}
}

// Whatever a configuration holds, parsing it ends, within its 256 bytes.
func FuzzSpace(f *testing.F) {
	m := newMachine(f)
	fn := m.add(At(0, 2, 0), 0x1af4, 0x1042, 0x0100)
	fn.capability([]byte{CapMSIX, 0, 2, 0, 1, 8, 0, 0}, []byte{CapVendor, 0, 16, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0}, []byte{CapMSI, 0, 0x80, 0})
	f.Add(fn.space[:], uint32(0xfffff000), uint32(math.MaxUint32))
	f.Add(slices.Repeat([]byte{0xff}, 256), uint32(1), uint32(0))
	f.Add(slices.Repeat([]byte{0x40, 0xfc}, 128), uint32(0x80000000), uint32(0x80000000))
	f.Fuzz(func(t *testing.T, b []byte, lowMask, highMask uint32) {
		m := newMachine(t)
		fn := m.add(At(0, 2, 0), 0, 0, 0)
		copy(fn.space[:], b)
		for n := range uint8(6) {
			fn.mask[regBar0+4*n] = lowMask
			if n%2 == 1 {
				fn.mask[regBar0+4*n] = highMask
			}
		}
		d, ok := Look(At(0, 2, 0))
		if !ok {
			return
		}
		d.Size()
		for _, b := range d.Bars {
			if b.Size&(b.Size-1) != 0 {
				t.Errorf("a bar of %d bytes", b.Size)
			}
		}
		n := 0
		d.Space.Capabilities(func(offset, _ uint8) bool {
			if n++; n > 48 || offset < capMin || offset%4 != 0 {
				t.Fatalf("entry %d at %#x", n, offset)
			}
			return true
		})
		if x, err := FindMSIX(d); err == nil {
			x.Enable()
			bar := &d.Bars[d.Space.At32(x.offset+msixTable)&msixBarMask]
			for addr := range m.memory {
				if uint64(addr) < bar.Address || uint64(addr)+4 > bar.Address+bar.Size {
					t.Errorf("write to %#x, which is not in %+v", addr, bar)
				}
			}
		}
		_ = SetMSI(d, 0xfee00000, 1)
		if s, ok := FindSlot(d); ok {
			s.Listen()
			s.Events()
			s.PowerOff()
		}
		Pin(d)
	})
}
