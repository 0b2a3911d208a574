//go:build tamago

package main

import (
	"fmt"
	"os"
	"slices"

	"tamagotake/drivers/block"
	"tamagotake/drivers/pci"
	"tamagotake/drivers/virtio"
	"tamagotake/drivers/virtioblk"
	"tamagotake/drivers/virtioconsole"
	"tamagotake/drivers/virtiorng"
	"tamagotake/hal/amd64"
	"tamagotake/hal/line"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
	"tamagotake/rt/timer"
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
//	                              line.Register(line, the task's waker), Start

// workMemory is how large the requests of a disk bench can be.
const workMemory = 64 << 10

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

// vdPoll drives the disk whose task it is. The first poll is before that is known, and
// before there is anything to do.
//
//tamagotake:realtime
func vdPoll(cx *task.Context, out *task.None) task.Poll {
	w := cx.Waker()
	for i := range vdWakers {
		if vdWakers[i] == w {
			return vd[i].Poll(cx, out)
		}
	}
	return task.Pending
}

// hwrngPoll drives the random device.
//
//tamagotake:realtime
func hwrngPoll(cx *task.Context, out *task.None) task.Poll { return hwrng.Poll(cx, out) }

// hvcPoll drives the second console.
//
//tamagotake:realtime
func hvcPoll(cx *task.Context, out *task.None) task.Poll { return hvc.Poll(cx, out) }

// ticksPoll bounds how long devices may take to answer: it has the drivers look once a
// second, from when there is the first.
//
//tamagotake:realtime
func ticksPoll(cx *task.Context, _ *task.None) task.Poll {
	if deviceTicks.NextNS() == 0 {
		deviceTicks.Every(1e9)
	}
	for deviceTicks.Poll(cx) == task.Ready {
		for i := range vd {
			vd[i].Tick()
		}
		hwrng.Tick()
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
		start(&sched.Normal, &ticksTask, "devices", ticksPoll)
	}
}

// intr is how a device interrupts: by a line, and of what kind.
type intr struct {
	line    uint32
	trigger line.Trigger
	message amd64.Message // if it is by messages
}

// driven is what the kernel knows of a device that it drives.
type driven struct {
	name   string
	where  string
	pci    pci.Address
	intr   intr
	remove func()
}

var driving []driven

// startDevices finds the devices and starts their drivers. What is wrong with one is
// printed, and it is left alone.
func startDevices() {
	if amd64.HasPCI() {
		for d := range pci.Scan {
			pciDevices = append(pciDevices, d)
		}
		for _, d := range slices.Clone(pciDevices) {
			if s, ok := pci.FindSlot(d); ok {
				watchSlot(s)
			}
			startPCI(d)
		}
	}
	for base, n := range amd64.VirtioSlots {
		t, ok, err := virtio.ProbeMMIO(base)
		if ok {
			err = drive(&t, intr{line: n, trigger: line.Level}, 0)
		}
		if err != nil {
			deviceError(err)
		}
	}
}

func deviceError(err error) { fmt.Fprintf(os.Stdout, "device:  %v\n", err) }

// startPCI starts the driver of a PCI device, if there is one.
func startPCI(d *pci.Device) {
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
	if err == nil {
		err = drive(&t, how, d.Address)
	}
	if err != nil {
		d.Disable()
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
		return intr{m.Line, line.Edge, m}, x.Set(0, m.Address, uint32(m.Data))
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
	return intr{line: n, trigger: line.Level}, nil
}

func release(how intr) {
	if how.message.Line != 0 {
		amd64.FreeMessage(how.message)
	}
}

func known(kind uint16) bool {
	return kind == virtio.TypeBlock || kind == virtio.TypeEntropy || kind == virtio.TypeConsole
}

// drive gives a device to its driver.
func drive(t *virtio.Transport, how intr, at pci.Address) (err error) {
	for _, d := range driving {
		if d.intr.line == how.line {
			return fmt.Errorf("%s: %s has its line, %d, and a line has one task; give it messages (in QEMU, vectors=2) or another place", t.Name, d.name, how.line)
		}
	}
	entry := driven{where: t.Name, pci: at, intr: how}
	switch t.Type {
	case virtio.TypeBlock:
		err = driveDisk(t, &entry)
	case virtio.TypeEntropy:
		err = driveRandom(t, &entry)
	case virtio.TypeConsole:
		err = driveConsole(t, &entry)
	default:
		return nil
	}
	if err != nil {
		line.Unregister(how.line)
		return err
	}
	driving = append(driving, entry)
	startTicks()
	fmt.Fprintf(os.Stdout, "device:  %s, %s, line %d\n", entry.name, t.Name, how.line)
	return nil
}

func driveDisk(t *virtio.Transport, e *driven) error {
	for i := range vd {
		d := &vd[i]
		if d.Present() {
			continue
		}
		e.name = "vd" + string('a'+rune(i))
		if vdWakers[i] == (task.Waker{}) {
			vdWakers[i] = startDriver(&vdTasks[i], e.name, vdPoll)
		}
		d.Line = e.intr.line
		line.Register(d.Line, e.name, e.intr.trigger, vdWakers[i])
		if err := d.Start(t, e.name, vdWakers[i]); err != nil {
			return err
		}
		e.remove = d.Remove
		addDisk(d)
		return nil
	}
	return fmt.Errorf("%s: there are %d disks already, which is all that there is room for", t.Name, len(vd))
}

func driveRandom(t *virtio.Transport, e *driven) error {
	if hwrng.Present() {
		return fmt.Errorf("%s: there is a random device already", t.Name)
	}
	e.name = "rng"
	if hwrngWaker == (task.Waker{}) {
		hwrngWaker = startDriver(&hwrngTask, e.name, hwrngPoll)
	}
	hwrng.Line = e.intr.line
	line.Register(hwrng.Line, e.name, e.intr.trigger, hwrngWaker)
	e.remove = hwrng.Remove
	randomSource = &hwrng
	return hwrng.Start(t, hwrngWaker)
}

var hwrngWaker, hvcWaker task.Waker

// startDriver spawns the task of a driver slot, for good.
func startDriver(t *task.Task[task.None], name string, poll task.Func[task.None]) task.Waker {
	return start(&sched.Normal, t, name, poll)
}

// addDisk makes a disk known to the monitor, once.
func addDisk(d block.Device) {
	for _, known := range disks {
		if known == d {
			return
		}
	}
	disks = append(disks, d)
}
