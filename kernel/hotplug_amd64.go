//go:build tamago

package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// Devices that come and go while the machine runs: each slot of PCI Express has a task,
// at thread level, that the line of its port wakes.

// port is one slot and what is in it.
type port struct {
	slot  pci.Slot
	line  uint32 // what to unmask
	empty bool   // powered, but the device has not answered yet
	retry timer.Sleep
	task  task.Task[task.None]
	waker task.Waker
}

var (
	ports [8]port
	slots int // used of ports
)

// watchSlot makes a task of a port's slot.
func watchSlot(s pci.Slot) {
	if slots == len(ports) {
		deviceError(fmt.Errorf("pci: %v: there are %d slots already, which is all that there is room for", s.Port.Address, slots))
		return
	}
	s.Port.Size()
	s.Port.Enable()
	how, err := interruptPCI(s.Port, true)
	if err != nil {
		deviceError(err)
		return
	}
	p := &ports[slots]
	slots++
	p.slot = s
	p.waker = SpawnMethod(&executor, &p.task, "slot", p, (*port).poll)
	e := driven{intr: how}
	if err := e.connect("slot", p.waker); err != nil {
		deviceError(fmt.Errorf("pci: the slot of %v is not watched: %w", s.Port.Address, err))
		return
	}
	p.line = e.line
	irq.Unmask(p.line)
	s.Events() // of before
	s.Listen()
	p.waker.Wake()
}

// device returns what is driven in the slot.
func (p *port) device() (d *found, ok bool) {
	for _, d := range pciDevices {
		if d.Bus() == p.slot.Port.Secondary {
			return d, true
		}
	}
	return nil, false
}

// poll looks what has happened to the slot. A button that is pressed at a slot with a
// device asks for it; at one without, a device has come. If there was a change and a device is
// there, it is another one.
func (p *port) poll(cx *task.Context) task.Poll {
	button, changed, present := p.slot.Events()
	d, known := p.device()
	switch {
	case known && changed:
		p.remove(d)
		if present {
			p.slot.PowerOn()
			p.add()
		}
	case known && button:
		p.remove(d)
		p.slot.PowerOff()
	case !known && present && (button || p.empty):
		p.slot.PowerOn()
		p.add()
	}
	irq.Unmask(p.line)
	p.retry.Stop()
	if p.empty {
		p.retry.For(retryNS)
		p.retry.Poll(cx)
	}
	return task.Pending
}

// retryNS is when a device that has not answered is looked for again.
const retryNS = 1e9

// add starts the driver of what is in the slot, if it answers.
func (p *port) add() {
	d, ok := pci.Look(pci.At(p.slot.Port.Secondary, 0, 0))
	if p.empty = !ok; !ok {
		return
	}
	d.Size()
	if _, err := d.Assign(p.slot.Port, 0); err != nil {
		deviceError(err)
		return
	}
	f := &found{Device: d}
	pciDevices = append(pciDevices, f)
	startPCI(f)
}

// remove stops the driver of a device, if it has one, and forgets the device.
func (p *port) remove(d *found) {
	if i := slices.IndexFunc(driving, func(e *driven) bool { return e.device() == d }); i >= 0 {
		e := driving[i]
		if e.Remove != nil {
			e.Remove()
		}
		retire(e, "")
	} else {
		d.Disable()
	}
	pciDevices = slices.DeleteFunc(pciDevices, func(f *found) bool { return f == d })
}

// setMSI makes a device interrupt by its only message.
func setMSI(d *pci.Device) (how intr, err error) {
	m, ok := amd64.AllocateMessage()
	if !ok {
		return how, fmt.Errorf("pci: %v: no line is left for its message", d.Address)
	}
	if err := pci.SetMSI(d, m.Address, m.Data); err != nil {
		amd64.FreeMessage(m)
		return how, err
	}
	return intr{line: m.Line, trigger: irq.Edge, message: m}, nil
}
