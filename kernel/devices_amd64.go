//go:build tamago

package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/irq"
)

// Bus is how a device on a bus is reached.
type Bus struct {
	PCI    *pci.Device       // nil if it is on no PCI bus
	Virtio *virtio.Transport // nil if it is no virtio device
}

// message is that of a device that interrupts by messages.
type message = amd64.Message

const noLine = "neither messages nor a pin to interrupt by"

// place is where a device is: its PCI address, 0 of one on no bus.
type place struct{ pci pci.Address }

// found is a PCI device, and how often its driver has been started again.
type found struct {
	*pci.Device
	restarts int
}

// device returns the PCI device, nil if it is none or is not there any more.
func (e *driven) device() *found {
	for _, d := range pciDevices {
		if e.pci != 0 && d.Address == e.pci {
			return d
		}
	}
	return nil
}

// disable takes a PCI device off the bus.
func (e *driven) disable() {
	if d := e.device(); d != nil {
		d.Disable()
	}
}

// again returns what starts the driver of a PCI device again, nil if there is no device, or if that
// was done too often.
func (e *driven) again() func() {
	d := e.device()
	if d == nil || d.restarts == restartsMost {
		return nil
	}
	return func() { d.restarts++; startPCI(d) }
}

// isOnChip is false: the devices of a PC are on buses, or the kernel's own.
func isOnChip(uintptr) bool { return false }

func matchVirtio(kind uint16) *match {
	return find(func(m *Match) bool { return kind != 0 && m.Virtio == kind })
}

func matchPCI(vendor, id uint16) *match {
	return find(func(m *Match) bool { return m.Vendor != 0 && m.Vendor == vendor && m.ID == id })
}

// findDevices starts the drivers of the PCI and virtio devices that there are.
func findDevices() {
	if amd64.HasPCI() {
		for d := range pci.Scan {
			pciDevices = append(pciDevices, &found{Device: d})
		}
		for _, d := range slices.Clone(pciDevices) {
			if s, ok := pci.FindSlot(d.Device); ok {
				watchSlot(s)
			}
			startPCI(d)
		}
	}
	for base, n := range amd64.VirtioSlots {
		t, ok, err := virtio.ProbeMMIO(base)
		if m := matchVirtio(t.Type); ok && m != nil {
			var e *driven
			if e, err = drive(m, &Device{Where: t.Name, Bus: Bus{Virtio: &t}}, place{}, intr{line: n, trigger: irq.Level}); err != nil {
				e.disconnect()
			}
		}
		if err != nil {
			deviceError(err)
		}
	}
}

// startPCI starts the driver of a PCI device, if there is one.
func startPCI(f *found) {
	d := f.Device
	kind, isVirtio := virtio.IsPCI(d)
	m := matchPCI(d.Vendor, d.ID)
	if isVirtio {
		m = matchVirtio(kind)
	}
	if m == nil {
		return
	}
	d.Size()
	d.Enable() // the table of messages is among its registers
	how, err := interruptPCI(d, !isVirtio)
	if err != nil && !isVirtio {
		release(how)
		how, err = intr{}, nil // a driver that needs an interrupt finds that there is none
	}
	if err != nil {
		d.Disable()
		release(how)
		deviceError(err)
		return
	}
	found := &Device{Where: fmt.Sprintf("pci %v", d.Address), Bus: Bus{PCI: d}}
	if isVirtio {
		var t virtio.Transport
		t, err = virtio.ProbePCI(d, how.message.Line != 0)
		found.Where, found.Virtio = t.Name, &t
	}
	var e *driven
	if err == nil {
		e, err = drive(m, found, place{d.Address}, how)
	}
	if err != nil {
		d.Disable()
		if e != nil {
			e.disconnect()
		}
		release(how)
		deviceError(err)
	}
}

// interruptPCI makes a device interrupt by the first of its messages, or by its pin. A
// virtio device has no use for MSI: it would not know for what to send the message.
func interruptPCI(d *pci.Device, msi bool) (how intr, err error) {
	x, err := pci.FindMSIX(d)
	if err == nil {
		m, ok := amd64.AllocateMessage()
		if !ok {
			return how, fmt.Errorf("pci: %v: no line is left for its messages", d.Address)
		}
		x.Enable()
		return intr{line: m.Line, trigger: irq.Edge, message: m}, x.Set(0, m.Address, uint32(m.Data))
	}
	if err == pci.ErrNoMessages && msi {
		how, err = setMSI(d)
	}
	if err != pci.ErrNoMessages {
		return how, err
	}
	n, ok := amd64.PCILine(pci.Pin(d))
	if !ok {
		return how, fmt.Errorf("pci: %v has neither messages nor a pin to interrupt by", d.Address)
	}
	return intr{line: n, trigger: irq.Level, pin: true}, nil
}

func release(how intr) {
	if how.message.Line != 0 {
		amd64.FreeMessage(how.message)
	}
}
