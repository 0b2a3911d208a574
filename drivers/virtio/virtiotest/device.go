//go:build !tamago

// Package virtiotest is a virtio device for tests on the host: its registers, over memory
// or as PCI has them, and the device's side of its queues. The test is what the device
// does, and may do what no device should.
package virtiotest

import (
	"encoding/binary"
	"unsafe"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Base is where the registers are.
const Base = 0x10000

// PCI layout: common, notify, interrupt status and the device's own registers, a page each.
const (
	common    = Base
	notify    = Base + 0x1000
	isr       = Base + 0x2000
	own       = Base + 0x3000
	multipler = 4
)

// Queue is what the driver has said about one of the queues.
type Queue struct {
	Max, Size               uint32
	Ready                   uint32
	Desc, Available, Driven uint64 // the rings; Driven is the used one
	Vector                  uint16

	seen, done uint16
}

// Device is the device. Set Type, Features, Config and the queues' Max, then [Device.Use].
type Device struct {
	PCI      bool
	Type     uint32
	Version  uint32
	Features uint64
	Config   []byte
	Queues   [4]Queue

	Status    uint32
	Accepted  uint64
	Interrupt uint32 // status: 1 for a queue, 2 for the configuration
	Notified  int    // how often
	Resets    int

	// What a bad device does.
	RefuseFeatures bool   // FEATURES_OK does not stay
	Requires       uint64 // nor does it unless these are accepted
	StuckReset     bool   // a reset is never over
	RefuseMessages bool   // no vector is taken
	Unplugged      bool   // all reads are ones
	NotifyOff      uint16
	Regenerations  int // the configuration changes while this many reads of its generation

	Stray int // reads where no register is

	selected, featureSel, driverSel uint32
	generation, vector              uint32
}

// Use makes the device the one that hal/mmio reaches.
func (d *Device) Use() {
	if d.Version == 0 {
		d.Version = 2
	}
	mmio.Fake = d
}

func (d *Device) queue() *Queue { return &d.Queues[d.selected%uint32(len(d.Queues))] }

func (d *Device) setStatus(v uint32) {
	if v == 0 {
		d.Resets++
		if d.StuckReset {
			return
		}
		for i := range d.Queues {
			d.Queues[i] = Queue{Max: d.Queues[i].Max}
		}
		d.Interrupt, d.Accepted = 0, 0
	}
	if d.RefuseFeatures || d.Requires&^d.Accepted != 0 {
		v &^= 8
	}
	d.Status = v
}

func put(field *uint64, v uint64, high bool) {
	if high {
		*field = *field&0xffffffff | v<<32
	} else {
		*field = *field&^0xffffffff | v
	}
}

func (d *Device) nextGeneration() uint64 {
	if d.Regenerations > 0 {
		d.Regenerations--
		d.generation++
	}
	return uint64(d.generation)
}

func (d *Device) config(offset uintptr, size int) (v uint64) {
	for i := size - 1; i >= 0; i-- {
		v <<= 8
		if at := int(offset) + i; at < len(d.Config) {
			v |= uint64(d.Config[at])
		}
	}
	return v
}

// Read is for hal/mmio.
func (d *Device) Read(addr uintptr, size int) uint64 {
	if d.Unplugged {
		return 1<<(8*size) - 1
	}
	if end := addr + uintptr(size); addr < Base || d.PCI && end > own+0x1000 || !d.PCI && end > Base+0x200 {
		d.Stray++
	}
	if d.PCI {
		return d.readPCI(addr, size)
	}
	q := d.queue()
	switch off := addr - Base; off {
	case 0x000:
		return 0x74726976
	case 0x004:
		return uint64(d.Version)
	case 0x008:
		return uint64(d.Type)
	case 0x010:
		return d.Features >> (32 * (d.featureSel & 1)) & 0xffffffff
	case 0x034:
		return uint64(q.Max)
	case 0x044:
		return uint64(q.Ready)
	case 0x060:
		return uint64(d.Interrupt)
	case 0x070:
		return uint64(d.Status)
	case 0x0fc:
		return d.nextGeneration()
	default:
		if off >= 0x100 {
			return d.config(off-0x100, size)
		}
	}
	return 0
}

// Write is for hal/mmio.
func (d *Device) Write(addr uintptr, _ int, v uint64) {
	if d.Unplugged {
		return
	}
	if d.PCI {
		d.writePCI(addr, v)
		return
	}
	q := d.queue()
	switch addr - Base {
	case 0x014:
		d.featureSel = uint32(v)
	case 0x024:
		d.driverSel = uint32(v)
	case 0x020:
		put(&d.Accepted, v, d.driverSel == 1)
	case 0x030:
		d.selected = uint32(v)
	case 0x038:
		q.Size = uint32(v)
	case 0x044:
		q.Ready = uint32(v)
	case 0x050:
		d.Notified++
	case 0x064:
		d.Interrupt &^= uint32(v)
	case 0x070:
		d.setStatus(uint32(v))
	case 0x080, 0x084:
		put(&q.Desc, v, addr&4 != 0)
	case 0x090, 0x094:
		put(&q.Available, v, addr&4 != 0)
	case 0x0a0, 0x0a4:
		put(&q.Driven, v, addr&4 != 0)
	}
}

func (d *Device) readPCI(addr uintptr, size int) uint64 {
	q := d.queue()
	switch {
	case addr == isr:
		v := d.Interrupt
		d.Interrupt = 0
		return uint64(v)
	case addr >= own:
		return d.config(addr-own, size)
	}
	switch addr - common {
	case 0x04:
		return d.Features >> (32 * (d.featureSel & 1)) & 0xffffffff
	case 0x10:
		return uint64(d.vector)
	case 0x14:
		return uint64(d.Status)
	case 0x15:
		return d.nextGeneration()
	case 0x18:
		if q.Size != 0 {
			return uint64(q.Size)
		}
		return uint64(q.Max)
	case 0x1a:
		return uint64(q.Vector)
	case 0x1e:
		return uint64(d.NotifyOff)
	}
	return 0
}

func (d *Device) writePCI(addr uintptr, v uint64) {
	q := d.queue()
	if d.RefuseMessages && (addr == common+0x10 || addr == common+0x1a) {
		v = 0xffff
	}
	switch addr - common {
	case 0x00:
		d.featureSel = uint32(v)
	case 0x08:
		d.driverSel = uint32(v)
	case 0x0c:
		put(&d.Accepted, v, d.driverSel == 1)
	case 0x10:
		d.vector = uint32(v)
	case 0x14:
		d.setStatus(uint32(v))
	case 0x16:
		d.selected = uint32(v)
	case 0x18:
		q.Size = uint32(v)
	case 0x1a:
		q.Vector = uint16(v)
	case 0x1c:
		q.Ready = uint32(v)
	case 0x20, 0x24:
		put(&q.Desc, v, addr&4 != 0)
	case 0x28, 0x2c:
		put(&q.Available, v, addr&4 != 0)
	case 0x30, 0x34:
		put(&q.Driven, v, addr&4 != 0)
	case notify - common + multipler*uintptr(d.NotifyOff):
		d.Notified++
	}
}

// Function is the PCI function that the device is, with its registers in bar 4.
func (d *Device) Function() *pci.Device {
	f := &pci.Device{Address: pci.At(0, 2, 0), Vendor: 0x1af4, ID: 0x1040 + uint16(d.Type)}
	f.Bars[4] = pci.Bar{Address: Base, Size: 0x4000}
	s := &f.Space
	s[6] = 0x10 // there are capabilities
	s[0x34] = 0x40
	at := 0x40
	for i, kind := range []byte{1, 2, 3, 4} {
		c := s[at : at+20]
		c[0], c[1], c[2], c[3], c[4] = pci.CapVendor, byte(at+20), 20, kind, 4
		binary.LittleEndian.PutUint32(c[8:], uint32(0x1000*i))
		binary.LittleEndian.PutUint32(c[12:], 0x1000)
		binary.LittleEndian.PutUint32(c[16:], multipler)
		at += 20
	}
	s[at-20+1] = 0
	return f
}

// Buffer is one that the driver has given.
type Buffer struct {
	Bytes []byte
	Write bool // the device's to write
}

func memory[T any](addr uint64) *T { a := uintptr(addr); return *(**T)(unsafe.Pointer(&a)) }

// Take returns the next buffers that the driver has made available on a queue, and the
// number to give them back with.
func (d *Device) Take(queue int) (head uint16, chain []Buffer, ok bool) {
	q := &d.Queues[queue]
	if q.Ready == 0 || d.Status&4 == 0 || *memory[uint16](q.Available + 2) == q.seen {
		return 0, nil, false
	}
	head = *memory[uint16](q.Available + 4 + 2*uint64(q.seen%uint16(q.Size)))
	q.seen++
	for n := head; ; {
		at := q.Desc + 16*uint64(n)
		addr, length := *memory[uint64](at), *memory[uint32](at + 8)
		flags, next := *memory[uint16](at + 12), *memory[uint16](at + 14)
		chain = append(chain, Buffer{unsafe.Slice(memory[byte](addr), length), flags&2 != 0})
		if flags&1 == 0 {
			return head, chain, true
		}
		n = next
	}
}

// Give puts an entry into a queue's used ring, and interrupts. It need not make sense.
func (d *Device) Give(queue int, id, length uint32) {
	q := &d.Queues[queue]
	at := q.Driven + 4 + 8*uint64(q.done%uint16(q.Size))
	*memory[uint32](at), *memory[uint32](at + 4) = id, length
	d.Skip(queue, 1)
}

// Skip moves the used ring's index by n, and interrupts.
func (d *Device) Skip(queue int, n uint16) {
	q := &d.Queues[queue]
	q.done += n
	*memory[uint16](q.Driven + 2) = q.done
	d.Interrupt |= 1
}

// NeedsReset is the device's cry for help, with a configuration interrupt.
func (d *Device) NeedsReset() {
	d.Status |= 64
	d.Interrupt |= 2
}
