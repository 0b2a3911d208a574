//go:build !tamago

package fake

// Device is a range of addresses with registers, by default plain ones: see [Reg].
type Device struct {
	m      *Machine
	name   string
	base   uintptr
	size   uintptr
	regs   []*Reg
	script []Step
	done   int // steps
}

// Device makes a device of size bytes at base, or of so many I/O ports.
func (m *Machine) Device(name string, base, size uintptr) *Device {
	d := &Device{m: m, name: name, base: base, size: size}
	m.devices = append(m.devices, d)
	return d
}

// Reg is one register. The test may change Value at any time; what the device does beside
// keeping it is in the hooks.
type Reg struct {
	Name  string
	Value uint64

	// OnRead, if set, is called instead of reading Value, and OnWrite instead of writing it.
	OnRead  func() uint64
	OnWrite func(val uint64)

	Reads, Writes int

	offset uintptr
	width  int
	kind   kind
}

type kind uint8

const (
	plain kind = iota
	readOnly
	readToClear
	writeOneToClear
)

func (d *Device) reg(name string, offset uintptr, width int, k kind, value uint64) *Reg {
	r := &Reg{Name: name, Value: value, offset: offset, width: width, kind: k}
	d.regs = append(d.regs, r)
	return r
}

// Plain makes a register that holds what was written; width is in bytes.
func (d *Device) Plain(name string, offset uintptr, width int, value uint64) *Reg {
	return d.reg(name, offset, width, plain, value)
}

// ReadOnly makes a register that only the test changes. A write of it fails the test.
func (d *Device) ReadOnly(name string, offset uintptr, width int, value uint64) *Reg {
	return d.reg(name, offset, width, readOnly, value)
}

// ReadToClear makes a register that is 0 after it was read.
func (d *Device) ReadToClear(name string, offset uintptr, width int, value uint64) *Reg {
	return d.reg(name, offset, width, readToClear, value)
}

// WriteOneToClear makes a register in which a write of 1 clears a bit, and one of 0 leaves it.
func (d *Device) WriteOneToClear(name string, offset uintptr, width int, value uint64) *Reg {
	return d.reg(name, offset, width, writeOneToClear, value)
}

// FIFO is a register that is the end of one queue, and the beginning of another.
type FIFO struct {
	*Reg
	In  []uint64 // what the driver reads, in this order
	Out []uint64 // what the driver has written

	// Underruns counts reads when In was empty, which say 0.
	Underruns int
}

// FIFO makes such a register.
func (d *Device) FIFO(name string, offset uintptr, width int) *FIFO {
	f := &FIFO{Reg: d.reg(name, offset, width, plain, 0)}
	f.OnRead = func() (v uint64) {
		if len(f.In) == 0 {
			f.Underruns++
			return 0
		}
		v, f.In = f.In[0], f.In[1:]
		return v
	}
	f.OnWrite = func(v uint64) { f.Out = append(f.Out, v) }
	return f
}

// find returns the register for an access, or nil, having failed the test.
func (d *Device) find(what string, offset uintptr, size int) *Reg {
	d.m.t.Helper()
	for _, r := range d.regs {
		if r.offset != offset {
			continue
		}
		if r.width != size {
			d.m.t.Errorf("%s: %s of %s of %s, which has %s", d.name, what, bytes(size), r.Name, bytes(r.width))
			return nil
		}
		return r
	}
	d.m.t.Errorf("%s: %s of %s at offset %#x, where no register is", d.name, what, bytes(size), offset)
	return nil
}

func (d *Device) read(offset uintptr, size int) uint64 {
	d.m.t.Helper()
	r := d.find("read", offset, size)
	if r == nil {
		return 0
	}
	r.Reads++
	if v, scripted := d.step(Step{name: r.Name}); scripted {
		return v
	}
	if r.OnRead != nil {
		return r.OnRead()
	}
	v := r.Value
	if r.kind == readToClear {
		r.Value = 0
	}
	return v
}

func (d *Device) write(offset uintptr, size int, val uint64) {
	d.m.t.Helper()
	r := d.find("write", offset, size)
	if r == nil {
		return
	}
	r.Writes++
	if _, scripted := d.step(Step{name: r.Name, write: true, value: val}); scripted {
		return
	}
	switch {
	case r.OnWrite != nil:
		r.OnWrite(val)
	case r.kind == readOnly:
		d.m.t.Errorf("%s: write of %#x to %s, which is read-only", d.name, val, r.Name)
	case r.kind == writeOneToClear:
		r.Value &^= val
	default:
		r.Value = val
	}
}
