// Package virtio is what the drivers of virtio devices share: how a device is found and
// brought up, over memory-mapped registers or PCI, and the queue that carries buffers to it
// and back.
//
//	            user            driver's task             device
//	            ----            -------------             ------
//	Queue:      Take a slot
//	            describe its buffers
//	            Post, Notify ------------------------>    works
//	                                                        |
//	                            <----- line, used ring -----+
//	            ...  <--wake--  Acknowledge, Next
//
// Registers and rings are memory of fixed places, and what is called on the way of the
// data uses nothing of the runtime, so a driver's task can be a real-time one. Nothing that
// the device says is believed: an index it has no buffer for, or a length beyond what was
// given to it, is [Impossible], and the driver resets the device.
//
// TamaGo has a package for this (kvm/virtio). Its queue is not used, since it allocates
// and takes a lock for each buffer, copies, and uses indices and lengths from the device
// unchecked; nor are its transports, since they know no interrupts over memory-mapped
// registers, one queue's over PCI, and reach registers by slices of bytes, whose accesses
// the compiler may merge.
//
// Manual: virtio = OASIS Virtual I/O Device (VIRTIO) Version 1.2, July 2022.
package virtio

import (
	"strconv"

	"github.com/tamagotake/tamagotake/drivers"
)

// Types of devices (virtio 5).
const (
	TypeBlock   = 2
	TypeConsole = 3
	TypeEntropy = 4
)

// Device status bits (virtio 2.1).
const (
	statusAcknowledge = 1
	statusDriver      = 2
	statusDriverOK    = 4
	statusFeaturesOK  = 8
	StatusNeedsReset  = 64
)

// Features of every device (virtio 6).
const (
	// featureVersion1 must be offered and accepted (6.1).
	featureVersion1 = 1 << 32
	// featurePlatform: the device reaches memory by way of an IOMMU, and refuses a driver
	// that does not know that (6.1). It is accepted wherever it is offered: no IOMMU is
	// programmed here, and one that is not passes addresses on as they are (Intel VT-d, Global
	// Status Register: translation is off after a reset), as memory is mapped one to one.
	featurePlatform = 1 << 33

	featuresAlways = featureVersion1 | featurePlatform
)

// Error says what is wrong with a device that cannot be used.
type Error struct {
	Device   string // where it is
	What     string
	Register string // which register said so, "" if none did
	Value    uint64 // what was in it
	Err      error  // of package drivers; nil is drivers.ErrFailed
}

// Unwrap returns it as the [drivers.Error] of any device.
func (e *Error) Unwrap() error {
	class := e.Err
	if class == nil {
		class = drivers.ErrFailed
	}
	return &drivers.Error{Device: e.Device, Register: e.Register, Value: e.Value, Err: class}
}

func (e *Error) Error() string {
	text := e.Device + ": " + e.What
	if e.Register != "" {
		text += " (" + e.Register + " 0x" + strconv.FormatUint(e.Value, 16) + ")"
	}
	return text
}
