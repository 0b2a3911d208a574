//go:build amd64 || !tamago

package virtio

import (
	"github.com/tamagotake/tamagotake/drivers/pci"
)

// PCI identifiers of virtio devices (virtio 4.1.2): from 0x1040 on by type; before that
// devices that were there before version 1, whose type is in the subsystem's.
const (
	pciVendor       = 0x1af4
	pciFirst        = 0x1000
	pciModern       = 0x1040
	pciLast         = 0x107f
	capLength       = 16
	capNotifyLength = 20
)

// Where registers are (virtio 4.1.4): vendor capabilities with one of these types.
const (
	capCommon = 1
	capNotify = 2
	capISR    = 3
	capDevice = 4
)

// window is a piece of a bar.
type window struct {
	kind, bar      uint8
	offset, length uint32
	multiplier     uint32 // of capNotify
}

// parseWindow reads a vendor capability, if it fits into the configuration.
func parseWindow(s *pci.Space, at uint8) (w window, ok bool) {
	b, ok := s.Bytes(at, capLength)
	if !ok || b[2] < capLength {
		return w, false
	}
	w = window{kind: b[3], bar: b[4], offset: s.At32(at + 8), length: s.At32(at + 12)}
	if w.kind == capNotify {
		if _, ok := s.Bytes(at, capNotifyLength); !ok || b[2] < capNotifyLength {
			return w, false
		}
		w.multiplier = s.At32(at + 16)
	}
	return w, true
}

// IsPCI reports whether a PCI device is a virtio device, and of what type.
func IsPCI(d *pci.Device) (kind uint16, ok bool) {
	if d.Vendor != pciVendor || d.ID < pciFirst || d.ID > pciLast {
		return 0, false
	}
	if d.ID >= pciModern {
		return d.ID - pciModern, true
	}
	return d.Subsystem, true
}

// ProbePCI finds the registers of a virtio device on PCI that has been sized. Of several
// places for the same registers the first that can be used is (virtio 4.1.4.1). It
// interrupts by message 0 of its MSI-X table, if messages, and by its pin otherwise.
// Thread level.
func ProbePCI(d *pci.Device, messages bool) (t Transport, err error) {
	t = Transport{Name: "virtio-pci " + d.Address.String(), pci: true, messages: messages}
	t.Type, _ = IsPCI(d)
	d.Space.Capabilities(func(at, id uint8) bool {
		if id != pci.CapVendor {
			return true
		}
		w, ok := parseWindow(&d.Space, at)
		if !ok || w.kind < capCommon || w.kind > capDevice {
			return true
		}
		addr, e := d.Range(w.bar, w.offset, w.length)
		if e != nil {
			err = e
			return true
		}
		t.use(&w, addr)
		return true
	})
	if t.registers == 0 || t.notify == 0 || t.isr == 0 && !messages {
		_, vendor := d.Space.Find(pci.CapVendor)
		switch {
		case err != nil:
		case !vendor && d.ID < pciModern: // its registers are ports, of a layout of their own
			err = &Error{Device: t.Name, What: "a legacy device; in QEMU, disable-modern=off makes it a modern one"}
		default:
			err = &Error{Device: t.Name, What: "does not say where its registers are"}
		}
		return t, err
	}
	return t, nil
}

// use takes a window for what it is, unless there was one already, or it is too small or
// not aligned as it must be (virtio 4.1.4.3.1, 4.1.4.4.1).
func (t *Transport) use(w *window, addr uintptr) {
	switch {
	case w.kind == capCommon && t.registers == 0 && w.length >= pciCommonSize && addr%4 == 0:
		t.registers = addr
	case w.kind == capNotify && t.notify == 0 && addr%4 == 0:
		t.notify, t.notifySize, t.multiplier = addr, w.length, w.multiplier
	case w.kind == capISR && t.isr == 0:
		t.isr = addr
	case w.kind == capDevice && t.config == 0 && addr%4 == 0:
		t.config, t.configSize = addr, w.length
	}
}
