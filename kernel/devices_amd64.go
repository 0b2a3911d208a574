//go:build tamago

package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
)

// How devices are found, and how their lines get to their tasks:
//
//	PCI function        microvm's place
//	     |                   |
//	  its registers      its registers
//	  MSI-X, or a pin    an IOAPIC input
//	     |                   |
//	     +---- Transport ----+---> type --> the driver that was registered for it
//	                                              |
//	                              Device.Connect: the line, to the waker of the driver's task
//
// A device is given up when it has been taken out, does not come back from a reset, or when
// its driver's task has ended. Its requests have ended by then; retire does the rest.

// devicesOwner is the waker of the task that retires devices.
var (
	ownerTask    task.Task[task.None]
	devicesOwner task.Waker
)

// ownerPoll retires the devices that were given up. One whose driver has ended, but not the
// device, is started again, a few times.
func ownerPoll(*task.None, *task.Context) task.Poll {
	for i := 0; i < len(driving); i++ {
		e := driving[i]
		if e.Present == nil || e.Present() {
			continue
		}
		d, ended := e.device(), e.waker.Done()
		if ended {
			retire(e, "its driver has ended")
		} else {
			retire(e, "it does not answer")
		}
		if d != nil && ended && d.restarts < restartsMost {
			d.restarts++
			startPCI(d)
		}
		i = -1 // driving is another now
	}
	return task.Pending
}

// restartsMost is how often the driver of one device is started again.
const restartsMost = 3

// retire takes a device off the bus, whose driver has given it up, and frees what it had. In
// this order: a device that holds its line must not find it open.
func retire(e *driven, why string) {
	if d := e.device(); d != nil {
		d.Disable()
	}
	e.disconnect()
	release(e.intr)
	driving = slices.DeleteFunc(driving, func(f *driven) bool { return f == e })
	if why != "" {
		why = ": " + why
	}
	notice("device:  %s is gone%s\n", e.Name, why)
}

// intr is how a device interrupts: by a line, and of what kind.
type intr struct {
	line    uint32
	trigger irq.Trigger
	message amd64.Message // if it is by messages
	pin     bool          // of PCI: the line may be that of other devices, too
}

// driven is what the kernel knows of a device that it drives.
type driven struct {
	Driving
	where string
	pci   pci.Address
	intr  intr
	line  uint32 // what to unmask and to unregister, 0 before connect
	waker task.Waker
}

var driving []*driven

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

// connect connects the device's line to the task of its driver.
func (e *driven) connect(name string, w task.Waker) (err error) {
	id := e.intr.line
	if e.intr.pin {
		id, err = irq.Share(id, name, w)
	} else {
		err = irq.Register(id, name, e.intr.trigger, w)
	}
	if err == nil {
		e.line, e.waker = id, w
	}
	return err
}

// disconnect undoes connect, if it was done. The device is off the bus.
func (e *driven) disconnect() {
	if e.line != 0 {
		irq.Unregister(e.line)
	}
}

// startDevices finds the devices and starts their drivers. What is wrong with one is
// printed, and it is left alone.
func startDevices() {
	devicesOwner = Spawn(&executor, &ownerTask, "device-owner", ownerPoll)
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
			if e, err = drive(m, &Device{Where: t.Name, Virtio: &t}, intr{line: n, trigger: irq.Level}); err != nil {
				e.disconnect()
			}
		}
		if err != nil {
			deviceError(err)
		}
	}
}

func deviceError(err error) { notice("device:  %v\n", err) }

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
	found := &Device{Where: fmt.Sprintf("pci %v", d.Address), PCI: d}
	if isVirtio {
		var t virtio.Transport
		t, err = virtio.ProbePCI(d, how.message.Line != 0)
		found.Where, found.Virtio = t.Name, &t
	}
	var e *driven
	if err == nil {
		e, err = drive(m, found, how)
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

// drive gives a device to its driver. If there is an error, what it returns has a line to be
// unregistered once the device is off the bus.
func drive(m *match, d *Device, how intr) (e *driven, err error) {
	e = &driven{where: d.Where, intr: how}
	if d.PCI != nil {
		e.pci = d.PCI.Address
	}
	d.driven = e
	e.Driving, err = m.start(d)
	if err != nil {
		return e, err
	}
	driving = append(driving, e)
	on := ""
	if e.line != 0 {
		on = fmt.Sprintf(", line %d", e.intr.line)
	}
	notice("device:  %s, %s%s\n", e.Name, d.Where, on)
	return e, nil
}
