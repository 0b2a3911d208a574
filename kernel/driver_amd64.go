//go:build tamago

package kernel

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Device is a device that the kernel has found, as its driver is given it.
type Device struct {
	Where  string            // for people
	PCI    *pci.Device       // nil if it is on no PCI bus
	Virtio *virtio.Transport // nil if it is no virtio device

	driven *driven
}

// Connect connects the device's line to the task that drives it. The driver unmasks the line by
// the number that this returns. Thread level, from what was registered.
func (d *Device) Connect(name string, w task.Waker) (line uint32, err error) {
	if d.driven.intr.line == 0 {
		return 0, fmt.Errorf("%s: %s has neither messages nor a pin to interrupt by", d.Where, name)
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

// Match says which devices a driver is for: those of a virtio type, or with a PCI vendor and device
// number.
type Match struct {
	Virtio     uint16
	Vendor, ID uint16
}

type match struct {
	Match
	start func(*Device) (Driving, error)
}

var matches []match

// Register has start called for each device that matches, when it is found: by [Start], or when it
// is plugged in. What is registered last comes first. An error is reported, and the device left
// alone. Thread level, before Start: from an init function, or main. Package kernel/devices
// registers the drivers that there are.
func Register(m Match, start func(*Device) (Driving, error)) {
	matches = append([]match{{m, start}}, matches...)
}

func matchVirtio(kind uint16) *match {
	for i := range matches {
		if m := &matches[i]; kind != 0 && m.Virtio == kind {
			return m
		}
	}
	return nil
}

func matchPCI(vendor, id uint16) *match {
	for i := range matches {
		if m := &matches[i]; m.Vendor != 0 && m.Vendor == vendor && m.ID == id {
			return m
		}
	}
	return nil
}

// IsDriven reports whether the device is driven, or to be retired. A nil device is not.
func (d *Device) IsDriven() bool { return d != nil && slices.Contains(driving, d.driven) }
