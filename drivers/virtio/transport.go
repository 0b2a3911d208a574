package virtio

import (
	"strconv"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Transport is the way to the registers of one device. Its zero value is none.
type Transport struct {
	Type uint16 // what device it is
	Name string // where it is, for people

	pci        bool
	registers  uintptr // memory-mapped: all of them; PCI: the common ones
	config     uintptr // the device's own
	configSize uint32
	isr        uintptr // PCI without messages: interrupt status
	notify     uintptr // PCI
	notifySize uint32
	multiplier uint32
	messages   bool // PCI: interrupts by messages

	features uint64 // negotiated
}

// Memory-mapped registers (virtio 4.2.2).
const (
	mmioMagic           = 0x000
	mmioVersion         = 0x004
	mmioType            = 0x008
	mmioFeatures        = 0x010
	mmioFeaturesSel     = 0x014
	mmioDriverFeatures  = 0x020
	mmioDriverSel       = 0x024
	mmioQueueSel        = 0x030
	mmioQueueMax        = 0x034
	mmioQueueSize       = 0x038
	mmioQueueReady      = 0x044
	mmioNotify          = 0x050
	mmioInterruptStatus = 0x060
	mmioInterruptAck    = 0x064
	mmioStatus          = 0x070
	mmioQueueDesc       = 0x080
	mmioQueueDriver     = 0x090
	mmioQueueDevice     = 0x0a0
	mmioGeneration      = 0x0fc
	mmioConfig          = 0x100
	mmioSize            = 0x200

	magic   = 0x74726976 // "virt"
	version = 2
)

// Registers of the common configuration of PCI (virtio 4.1.4.3).
const (
	pciFeatureSel       = 0x00
	pciFeature          = 0x04
	pciDriverFeatureSel = 0x08
	pciDriverFeature    = 0x0c
	pciConfigVector     = 0x10
	pciStatus           = 0x14
	pciGeneration       = 0x15
	pciQueueSel         = 0x16
	pciQueueSize        = 0x18
	pciQueueVector      = 0x1a
	pciQueueEnable      = 0x1c
	pciNotifyOff        = 0x1e
	pciQueueDesc        = 0x20
	pciQueueDriver      = 0x28
	pciQueueDevice      = 0x30
	pciCommonSize       = 0x38
)

// ProbeMMIO looks for a device with memory-mapped registers at an address. No error and
// false: there is none there. Thread level.
func ProbeMMIO(base uintptr) (t Transport, ok bool, err error) {
	if mmio.Read32(base+mmioMagic) != magic {
		return t, false, nil
	}
	t = Transport{
		Type: uint16(mmio.Read32(base + mmioType)), Name: "virtio-mmio at 0x" + strconv.FormatUint(uint64(base), 16),
		registers: base, config: base + mmioConfig, configSize: mmioSize - mmioConfig,
	}
	if t.Type == 0 {
		return t, false, nil // a place without a device (virtio 4.2.2.2)
	}
	if v := mmio.Read32(base + mmioVersion); v != version {
		return t, false, &Error{Device: t.Name, What: "a legacy device; in QEMU, -global virtio-mmio.force-legacy=false makes it a modern one", Register: "Version", Value: uint64(v)}
	}
	return t, true, nil
}

// Status returns the status register; all ones if the device has been taken away.
// Real-time and thread level.
func (t *Transport) Status() uint32 {
	if t.pci {
		return uint32(mmio.Read8(t.registers + pciStatus))
	}
	return mmio.Read32(t.registers + mmioStatus)
}

func (t *Transport) setStatus(v uint32) {
	if t.pci {
		mmio.Write8(t.registers+pciStatus, uint8(v))
	} else {
		mmio.Write32(t.registers+mmioStatus, v)
	}
}

// resetReads bounds the wait for a reset to be over.
const resetReads = 10000

// Reset makes the device forget everything, so that all buffers are the driver's again,
// and reports whether it has. Real-time and thread level.
func (t *Transport) Reset() bool {
	t.setStatus(0)
	for range resetReads {
		if t.Status() == 0 {
			return true
		}
	}
	return false
}

// Offered returns what features the device has. Real-time and thread level.
func (t *Transport) Offered() (f uint64) {
	for half := range uint32(2) {
		var v uint32
		if t.pci {
			mmio.Write32(t.registers+pciFeatureSel, half)
			v = mmio.Read32(t.registers + pciFeature)
		} else {
			mmio.Write32(t.registers+mmioFeaturesSel, half)
			v = mmio.Read32(t.registers + mmioFeatures)
		}
		f |= uint64(v) << (32 * half)
	}
	return f
}

func (t *Transport) accept(f uint64) {
	for half := range uint32(2) {
		v := uint32(f >> (32 * half))
		if t.pci {
			mmio.Write32(t.registers+pciDriverFeatureSel, half)
			mmio.Write32(t.registers+pciDriverFeature, v)
		} else {
			mmio.Write32(t.registers+mmioDriverSel, half)
			mmio.Write32(t.registers+mmioDriverFeatures, v)
		}
	}
}

// Negotiate resets the device and agrees with it on those of the wanted features that it
// offers, and on those that concern every device (virtio 3.1.1, steps 1 to 6). The queues are
// set up next, and then [Transport.Ready]. Thread level.
func (t *Transport) Negotiate(wanted uint64) (got uint64, err error) {
	if !t.Reset() {
		return 0, &Error{Device: t.Name, What: "does not reset", Register: "status", Value: uint64(t.Status())}
	}
	offered := t.Offered()
	if offered&featureVersion1 == 0 {
		return 0, &Error{Device: t.Name, What: "does not offer version 1", Register: "features", Value: offered}
	}
	t.features = offered & (wanted | featuresAlways)
	if !t.agree() {
		return 0, &Error{Device: t.Name, What: "refuses the features", Register: "status", Value: uint64(t.Status())}
	}
	return t.features, nil
}

func (t *Transport) agree() bool {
	t.setStatus(statusAcknowledge)
	t.setStatus(statusAcknowledge | statusDriver)
	t.accept(t.features)
	t.setStatus(statusAcknowledge | statusDriver | statusFeaturesOK)
	return t.Status()&statusFeaturesOK != 0
}

// Restart resets the device and brings it to where [Transport.Negotiate] did, with the
// same features; the queues are empty and must be given to it again. It reports whether
// that has worked. Real-time and thread level.
func (t *Transport) Restart() bool { return t.Reset() && t.agree() }

// Ready lets the device begin (virtio 3.1.1, step 8). Real-time and thread level.
func (t *Transport) Ready() {
	t.setStatus(statusAcknowledge | statusDriver | statusFeaturesOK | statusDriverOK)
}

// Acknowledge tells the device that its interrupt was seen. Interrupts that come after
// this are delivered again. Real-time and thread level.
func (t *Transport) Acknowledge() {
	switch {
	case t.messages:
	case t.pci:
		mmio.Read8(t.isr) // reading clears it (virtio 4.1.4.5)
	default:
		mmio.Write32(t.registers+mmioInterruptAck, mmio.Read32(t.registers+mmioInterruptStatus))
	}
}

// Config8 reads a byte of the device's own configuration. Real-time and thread level.
func (t *Transport) Config8(offset uint32) uint8 {
	if offset >= t.configSize {
		return 0
	}
	return mmio.Read8(t.config + uintptr(offset))
}

// Config32 reads a 32-bit field of the device's own configuration; 0 beyond its end.
// Real-time and thread level.
func (t *Transport) Config32(offset uint32) uint32 {
	if t.configSize < 4 || offset > t.configSize-4 {
		return 0
	}
	return mmio.Read32(t.config + uintptr(offset))
}

// Config64 reads a 64-bit field of the device's own configuration, as two halves that
// belong together: the device says if it has changed it meanwhile (virtio 2.5.1). Real-time
// and thread level.
func (t *Transport) Config64(offset uint32) uint64 {
	const tries = 8
	var v uint64
	for range tries {
		before := t.generation()
		v = uint64(t.Config32(offset)) | uint64(t.Config32(offset+4))<<32
		if t.generation() == before {
			break
		}
	}
	return v
}

func (t *Transport) generation() uint32 {
	if t.pci {
		return uint32(mmio.Read8(t.registers + pciGeneration))
	}
	return mmio.Read32(t.registers + mmioGeneration)
}
