//go:build tamago

package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioblk"
	"github.com/tamagotake/tamagotake/drivers/virtioconsole"
	"github.com/tamagotake/tamagotake/drivers/virtiorng"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/line"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// How devices are found, and how their lines get to their tasks:
//
//	PCI function        microvm's place
//	     |                   |
//	  its registers      its registers
//	  MSI-X, or a pin    an IOAPIC input
//	     |                   |
//	     +---- Transport ----+---> type --> a slot of the driver: its task, spawned once
//	                                              |
//	                              line.Register(line, the task's waker), Start;
//	                              line.Share if it is a pin's
//
// A device is given up when it has been taken out, does not come back from a reset, or when
// its driver's task has ended. Its requests have ended by then; retire does the rest.

// Slots for devices. A slot that has had a device is used again when that is gone.
var (
	vd        [4]virtioblk.Device
	vdTasks   [len(vd)]task.Task[task.None]
	vdWakers  [len(vd)]task.Waker
	hwrng     virtiorng.Device
	hvc       virtioconsole.Port
	hwrngTask task.Task[task.None]
	hvcTask   task.Task[task.None]
)

// ticksPoll bounds how long devices may take to answer: it has the drivers look once a
// second, from when there is the first.
//
//tamagotake:realtime
func ticksPoll(_ *task.None, cx *task.Context) task.Poll {
	if deviceTicks.NextNS() == 0 {
		deviceTicks.Every(1e9)
	}
	for deviceTicks.Poll(cx) == task.Ready {
		for i := range vd {
			vd[i].Tick()
		}
		hwrng.Tick()
		hvc.Tick()
		tickSlots()
	}
	return task.Pending
}

var (
	ticksTask   task.Task[task.None]
	deviceTicks timer.Interval
	ticking     bool
)

// startTicks is called when there is something to look after, once or more.
func startTicks() {
	if !ticking {
		ticking = true
		Spawn(&sched.Normal, &ticksTask, "devices", ticksPoll)
	}
}

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
		if e.present() {
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
	notice("device:  %s is gone%s\n", e.name, why)
}

// intr is how a device interrupts: by a line, and of what kind.
type intr struct {
	line    uint32
	trigger line.Trigger
	message amd64.Message // if it is by messages
	pin     bool          // of PCI: the line may be that of other devices, too
}

// driven is what the kernel knows of a device that it drives.
type driven struct {
	name    string
	where   string
	pci     pci.Address
	intr    intr
	line    uint32 // what to unmask and to unregister, 0 before connect
	waker   task.Waker
	present func() bool
	remove  func()
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
func (e *driven) connect(w task.Waker) (err error) {
	id := e.intr.line
	if e.intr.pin {
		id, err = line.Share(id, e.name, w)
	} else {
		err = line.Register(id, e.name, e.intr.trigger, w)
	}
	if err == nil {
		e.line, e.waker = id, w
	}
	return err
}

// disconnect undoes connect, if it was done. The device is off the bus.
func (e *driven) disconnect() {
	if e.line != 0 {
		line.Unregister(e.line)
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
		if ok {
			var e *driven
			if e, err = drive(&t, intr{line: n, trigger: line.Level}, 0); err != nil {
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
	kind, ok := virtio.IsPCI(d)
	if !ok || !known(kind) {
		return
	}
	d.Size()
	d.Enable() // the table of messages is among its registers
	how, err := interruptPCI(d, false)
	if err != nil {
		d.Disable()
		deviceError(err)
		return
	}
	t, err := virtio.ProbePCI(d, how.message.Line != 0)
	var e *driven
	if err == nil {
		e, err = drive(&t, how, d.Address)
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
		return intr{line: m.Line, trigger: line.Edge, message: m}, x.Set(0, m.Address, uint32(m.Data))
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
	return intr{line: n, trigger: line.Level, pin: true}, nil
}

func release(how intr) {
	if how.message.Line != 0 {
		amd64.FreeMessage(how.message)
	}
}

func known(kind uint16) bool {
	return kind == virtio.TypeBlock || kind == virtio.TypeEntropy || kind == virtio.TypeConsole
}

// drive gives a device to its driver. If there is an error, what it returns has a line to be
// unregistered once the device is off the bus.
func drive(t *virtio.Transport, how intr, at pci.Address) (e *driven, err error) {
	e = &driven{where: t.Name, pci: at, intr: how}
	switch t.Type {
	case virtio.TypeBlock:
		err = driveDisk(t, e)
	case virtio.TypeEntropy:
		err = driveRandom(t, e)
	case virtio.TypeConsole:
		err = driveConsole(t, e)
	default:
		return e, nil
	}
	if err != nil {
		return e, err
	}
	driving = append(driving, e)
	startTicks()
	notice("device:  %s, %s, line %d\n", e.name, t.Name, how.line)
	return e, nil
}

func driveDisk(t *virtio.Transport, e *driven) error {
	for i := range vd {
		d := &vd[i]
		if d.Present() || isDriven(d.Line) {
			continue
		}
		e.name = "vd" + string('a'+rune(i))
		if vdWakers[i].Done() {
			vdWakers[i] = SpawnMethod(&sched.Normal, &vdTasks[i], e.name, d, (*virtioblk.Device).Poll)
		}
		if err := e.connect(vdWakers[i]); err != nil {
			return err
		}
		d.Line, d.Owner = e.line, devicesOwner
		if err := d.Start(t, e.name, vdWakers[i]); err != nil {
			return err
		}
		e.present, e.remove = d.Present, d.Remove
		addDisk(d)
		return nil
	}
	return fmt.Errorf("%s: there are %d disks already, which is all that there is room for", t.Name, len(vd))
}

// isDriven reports whether a device that has been given up is still to be retired.
func isDriven(id uint32) bool {
	return slices.ContainsFunc(driving, func(e *driven) bool { return e.line == id })
}

func driveRandom(t *virtio.Transport, e *driven) error {
	if hwrng.Present() || isDriven(hwrng.Line) {
		return fmt.Errorf("%s: there is a random device already", t.Name)
	}
	e.name = "rng"
	if hwrngWaker.Done() {
		hwrngWaker = SpawnMethod(&sched.Normal, &hwrngTask, e.name, &hwrng, (*virtiorng.Device).Poll)
	}
	if err := e.connect(hwrngWaker); err != nil {
		return err
	}
	hwrng.Line, hwrng.Owner = e.line, devicesOwner
	e.present, e.remove = hwrng.Present, hwrng.Remove
	randomSource = &hwrng
	return hwrng.Start(t, hwrngWaker)
}

var hwrngWaker, hvcWaker task.Waker
