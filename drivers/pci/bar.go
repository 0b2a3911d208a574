//go:build amd64 || !tamago

package pci

import (
	"errors"
	"fmt"
	"math"
)

// Bar is one range of registers of a device (PCI 6.2.5.1).
type Bar struct {
	Address uint64 // 0: none assigned
	Size    uint64 // in bytes; 0: there is no such bar
	IO      bool   // ports, not memory
	Wide    bool   // a 64-bit address, which takes the place of the next bar as well
}

const (
	barIO       = 1
	barWide     = 0b100
	barTypeMask = 0b110
	barMemory   = 0xfffffff0
	barPorts    = 0xfffffffc
)

func (d *Device) barCount() int {
	if d.isBridge() {
		return 2
	}
	return len(d.Bars)
}

// Size fills Bars. How large the ranges are shows when ones are written: the bits of the
// size keep a zero. The device does not answer meanwhile, so it must not be in use.
func (d *Device) Size() {
	command := d.Read(regCommand) & commandMask
	d.Write(regCommand, command&^(commandMemory|1))
	for n := 0; n < d.barCount(); n++ {
		low, lowMask := d.probeBar(n)
		var high, highMask uint32 = 0, math.MaxUint32
		if low&barIO == 0 && low&barTypeMask == barWide && n+1 < d.barCount() {
			high, highMask = d.probeBar(n + 1)
		}
		bar := decodeBar(low, lowMask, high, highMask)
		d.Bars[n] = bar
		if bar.Wide {
			n++
		}
	}
	d.Write(regCommand, command)
}

func (d *Device) probeBar(n int) (value, mask uint32) {
	reg := uint8(regBar0 + 4*n)
	value = d.Read(reg)
	d.Write(reg, math.MaxUint32)
	mask = d.Read(reg)
	d.Write(reg, value)
	return value, mask
}

// decodeBar makes sense of what a bar holds and what it holds after ones were written.
// A size that is no power of two is no bar.
func decodeBar(low, lowMask, high, highMask uint32) (b Bar) {
	if lowMask == 0 || lowMask == math.MaxUint32 {
		return b
	}
	if low&barIO != 0 {
		b.IO = true
		b.Address = uint64(low & barPorts)
		b.Size = uint64(-(lowMask & barPorts)) & 0xffff // ports have 16 bits
	} else {
		b.Wide = low&barTypeMask == barWide
		b.Address = uint64(high)<<32 | uint64(low&barMemory)
		b.Size = -(uint64(highMask)<<32 | uint64(lowMask&barMemory))
	}
	if b.Size&(b.Size-1) != 0 || b.Size > 1<<40 {
		return Bar{}
	}
	return b
}

// ErrNoWindow: a device that was plugged in needs memory that its bridge does not have.
var ErrNoWindow = errors.New("pci: no room in the bridge's memory window")

// Assign gives the memory bars that have no address one from the memory window of the
// bridge above, as the firmware does for what is there at the start. taken is how much of
// the window, from its beginning, belongs to others; the new mark is returned.
func (d *Device) Assign(bridge *Device, taken uint64) (uint64, error) {
	base, size := bridge.window()
	for n := range d.Bars {
		b := &d.Bars[n]
		if b.Size == 0 || b.IO || b.Address != 0 {
			continue
		}
		at := (base + taken + b.Size - 1) &^ (b.Size - 1)
		if at+b.Size > base+size {
			return taken, fmt.Errorf("%w: %v wants %d bytes", ErrNoWindow, d.Address, b.Size)
		}
		b.Address = at
		taken = at + b.Size - base
		d.Write(uint8(regBar0+4*n), uint32(at))
		if b.Wide {
			d.Write(uint8(regBar0+4*n+4), 0)
		}
	}
	return taken, nil
}

// window returns the range of memory that the bridge passes on (Bridge 3.2.5.8).
func (d *Device) window() (base, size uint64) {
	v := d.Space.At32(regMemory)
	base = uint64(v&0xfff0) << 16
	limit := uint64(v&0xfff00000) | 0xfffff
	if base == 0 || limit < base {
		return 0, 0
	}
	return base, limit + 1 - base
}

// Range returns where length bytes at an offset of a memory bar are, if all of them are.
func (d *Device) Range(bar uint8, offset, length uint32) (addr uintptr, err error) {
	if int(bar) >= len(d.Bars) {
		return 0, fmt.Errorf("pci: %v: there is no bar %d", d.Address, bar)
	}
	b := d.Bars[bar]
	if b.IO || b.Size == 0 || b.Address == 0 {
		return 0, fmt.Errorf("pci: %v: bar %d is no memory that was assigned", d.Address, bar)
	}
	if uint64(offset)+uint64(length) > b.Size || length == 0 {
		return 0, fmt.Errorf("pci: %v: %d bytes at %#x are not in bar %d of %d bytes", d.Address, length, offset, bar, b.Size)
	}
	if b.Address+b.Size > mapped {
		return 0, fmt.Errorf("pci: %v: bar %d at %#x is beyond mapped memory", d.Address, bar, b.Address)
	}
	return uintptr(b.Address) + uintptr(offset), nil
}

// mapped is the end of the memory that TamaGo maps for devices without caching: 4 GiB.
const mapped = 1 << 32
