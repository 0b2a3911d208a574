//go:build tamago && amd64

package amd64

// Where devices and their lines are that cannot be asked.

// microvm has places for virtio devices, each with an input of the second IOAPIC, or of
// the first from 5 on if there is one only (QEMU, hw/i386/microvm.c). A place without a
// device says so in its registers.
const (
	virtioBase   = 0xfeb00000
	virtioStep   = 0x200
	virtioSlots  = 24
	virtioSlots1 = 8
	virtioGSI    = 24
	virtioGSI1   = 5
)

// VirtioSlots calls yield with the address and the line of each place for a virtio
// device, until it returns false: none on a machine with PCI. Lines are level-triggered.
func VirtioSlots(yield func(base uintptr, line uint32) bool) {
	if HasPCI() {
		return
	}
	slots, gsi := uintptr(virtioSlots), uint32(virtioGSI)
	if ioapics == 1 {
		slots, gsi = virtioSlots1, virtioGSI1
	}
	for n := range slots {
		if !yield(virtioBase+n*virtioStep, vectorGSI+gsi+uint32(n)) {
			return
		}
	}
}

// HasPCI reports whether there is a PCI bus.
func HasPCI() bool { return chip.asked() != chipsetMicroVM }

// PCILine returns the line of a pin (1 to 4) of a device on bus 0, level-triggered; not ok where
// that is not known: the device has no interrupt, unless it has messages.
//
// Q35
// has eight wires for them, to IOAPIC inputs 16 to 23; which pin goes to which is fixed
// for devices 0 to 24, and for the chip's own what its registers say at reset: A to D to
// the first four (ICH9 10.1.17 to 10.1.24; QEMU, hw/isa/lpc_ich9.c).
func PCILine(device, pin uint8) (line uint32, ok bool) {
	if pin < 1 || pin > 4 || device > 31 {
		return 0, false
	}
	switch chip.asked() {
	case chipsetPIIX:
		return piixLine(device, pin)
	case chipsetQ35:
	default:
		return 0, false // the firmware's ACPI tables say it, which are not read
	}
	const wires, fixedFrom = 16, 20
	if device < 25 {
		return vectorGSI + fixedFrom + uint32(device+pin-1)%4, true
	}
	return vectorGSI + wires + uint32(pin-1), true
}

// piixLine returns the line of a pin on a machine with a PIIX3: the pins of the devices, turned
// by one from device to device, are four wires, and a register for each says which of the ISA
// inputs it is, or none (82371SB datasheet, 2.2.7; QEMU, hw/pci-host/i440fx.c).
func piixLine(device, pin uint8) (line uint32, ok bool) {
	const routes, routeOff, inputMask = 0x60, 1 << 7, 0xf
	wire := uint32(device+pin-2) % 4
	route := readConfig(piixDevice, 0, routes) >> (8 * wire)
	if route&routeOff != 0 || route&inputMask == 0 {
		return 0, false
	}
	return vectorGSI + route&inputMask, true
}
