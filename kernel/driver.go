package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
)

// How devices get to their drivers; devices_amd64.go and devices_arm.go find them:
//
//	PCI function        microvm's place        device of the chip
//	     |                   |                        |
//	  its registers      its registers           its address, with
//	  MSI-X, or a pin    an IOAPIC input         its clock on
//	     |                   |                        |
//	     +---- Transport ----+---> type               |
//	     |  vendor and device         |               |
//	     +----------------------------+---------------+---> the driver that was registered for it
//	                                              |
//	                              Device.Connect: the line, to the waker of the driver's task
//
// A device is given up when it has been taken out, does not come back from a reset, or when
// its driver's task has ended. Its requests have ended by then; retire does the rest.

// Device is a device that the kernel has found, as its driver is given it.
type Device struct {
	Where string // for people
	Bus          // of a device on a bus, how it is reached

	// These are of a device of the chip, matched by [Match.Address], and 0 otherwise.
	Address uintptr // of its registers
	Line    uint32  // level-triggered; for a driver that registers it by itself, without Connect
	Hz      uint32  // of its clock, which is on; 0 if the frequency is not known

	driven *driven
}

// Connect connects the device's line to the task that drives it. The driver unmasks the line by
// the number that this returns. Thread level, from what was registered.
func (d *Device) Connect(name string, w task.Waker) (line uint32, err error) {
	if d.driven.intr.line == 0 {
		return 0, fmt.Errorf("%s: %s has %s", d.Where, name, noLine)
	}
	err = d.driven.connect(name, w)
	return d.driven.line, err
}

// Owner returns the waker to use when the driver gives the device up: the kernel then takes it
// off the bus, and starts its driver again if that has failed.
func (d *Device) Owner() task.Waker { return devicesOwner }

// Driving is what a driver has made of a device.
type Driving struct {
	Name    string
	Present func() bool // false once the driver has given the device up; nil if it never does
	Remove  func()      // the device is to be taken out; nil if there is nothing to do
}

// Match says which devices a driver is for: those of a virtio type, those with a PCI vendor and
// device number, or the device of the chip whose registers begin at an address. Of the latter
// [github.com/tamagotake/tamagotake/hal/arm.Devices] is the list; a PC has none. The kernel turns
// the clock of such a device on before it calls the driver.
type Match struct {
	Virtio     uint16
	Vendor, ID uint16
	Address    uintptr
}

type match struct {
	Match
	start func(*Device) (Driving, error)
}

var matches []match

// Register has start called for each device that matches, when it is found: by [Start], or when it
// is plugged in. What is registered last comes first. An error is reported, and the device left
// alone; so is an address at which the machine has no device. Thread level, before Start: from an
// init function, or main. Package kernel/devices registers the drivers that there are.
func Register(m Match, start func(*Device) (Driving, error)) {
	matches = append([]match{{m, start}}, matches...)
}

// IsDriven reports whether the device is driven, or to be retired. A nil device is not.
func (d *Device) IsDriven() bool { return d != nil && slices.Contains(driving, d.driven) }

// devicesOwner is the waker of the task that retires devices.
var (
	ownerTask    task.Task[task.None]
	devicesOwner task.Waker
)

// startDevices finds the devices and starts their drivers. What is wrong with one is
// printed, and it is left alone.
func startDevices() {
	devicesOwner = Spawn(&executor, &ownerTask, "device-owner", ownerPoll)
	findDevices()
	for _, m := range matches {
		if m.Address != 0 && !isOnChip(m.Address) {
			deviceError(fmt.Errorf("this machine has none at %#x, for which a driver is registered", m.Address))
		}
	}
}

// ownerPoll retires the devices that were given up. One whose driver has ended, but not the
// device, is started again, a few times.
func ownerPoll(*task.None, *task.Context) task.Poll {
	for i := 0; i < len(driving); i++ {
		e := driving[i]
		if e.Present == nil || e.Present() {
			continue
		}
		again, ended := e.again(), e.waker.Done()
		if ended {
			retire(e, "its driver has ended")
		} else {
			retire(e, "it does not answer")
		}
		if again != nil && ended {
			again()
		}
		i = -1 // driving is another now
	}
	return task.Pending
}

// retire takes a device off the bus, whose driver has given it up, and frees what it had. In
// this order: a device that holds its line must not find it open.
func retire(e *driven, why string) {
	e.disable()
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
	message message // if it is by messages
	pin     bool    // of PCI: the line may be that of other devices, too
}

// driven is what the kernel knows of a device that it drives.
type driven struct {
	Driving
	place // where it is
	intr  intr
	line  uint32 // what to unmask and to unregister, 0 before connect
	waker task.Waker
}

var driving []*driven

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

func deviceError(err error) { notice("device:  %v\n", err) }
