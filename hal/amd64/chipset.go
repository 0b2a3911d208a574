//go:build tamago && amd64

package amd64

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// chipset is what the machine is built around: how it is switched off, and where the pins of
// PCI devices lead.
//
// The host bridge tells, which is function 0 of PCI device 0: a machine without one has no PCI
// bus, and of those this package knows microvm.
type chipset uint8

const (
	chipsetUnasked chipset = iota
	chipsetMicroVM
	chipsetQ35  // and its I/O controller, the ICH9
	chipsetPIIX // 440FX and PIIX3 with the power management of a PIIX4: QEMU's pc
	chipsetPCI  // another with a PCI bus
)

var chip chipset

// asked finds out what the chipset is, the first time. Any level: a crash may be first.
//
//go:nosplit
func (c *chipset) asked() chipset {
	if *c == chipsetUnasked {
		switch id := readConfig(0, 0, 0); id {
		case 0x29c08086:
			*c = chipsetQ35
		case 0x12378086:
			*c = chipsetPIIX
		case 0xffffffff, 0:
			*c = chipsetMicroVM
		default:
			*c = chipsetPCI
		}
	}
	return *c
}

// name is for people.
func (c chipset) name() string {
	return [...]string{chipsetMicroVM: "microvm", chipsetQ35: "q35", chipsetPIIX: "pc", chipsetPCI: "another PC"}[c]
}

// Configuration mechanism #1 (PCI 3.0, 3.2.2.3.2), on bus 0.
const (
	configAddress = 0xcf8
	configData    = 0xcfc
)

//go:nosplit
func configSelect(device, function, offset uint32) {
	mmio.Out32(configAddress, 1<<31|device<<11|function<<8|offset)
}

// readConfig reads a register of a function on bus 0. All bits are set where there is none.
//
//go:nosplit
func readConfig(device, function, offset uint32) uint32 {
	saved := platform.MaskInterrupts() // another reader must not come between the two
	configSelect(device, function, offset)
	v := mmio.In32(configData)
	platform.RestoreInterrupts(saved)
	return v
}

//go:nosplit
func writeConfig(device, function, offset, value uint32) {
	saved := platform.MaskInterrupts()
	configSelect(device, function, offset)
	mmio.Out32(configData, value)
	platform.RestoreInterrupts(saved)
}

// Power management (ICH9 13.8.3.3; 82371AB (PIIX4) datasheet, 7.2). Firmware that was not asked
// for ACPI leaves the registers disabled: powerOff enables them where others expect them.
const (
	pmBase    = 0x600
	pmControl = 4
	pmS5      = 0x2000 // SLP_EN, and SLP_TYP 0: soft off

	// ICH9, device 31 function 0 (13.1.13, 13.1.14).
	lpcDevice    = 31
	lpcPMBase    = 0x40
	lpcACPI      = 0x44
	lpcACPIOn    = 1 << 7
	lpcBaseMask  = 0xff80
	pmBaseIsPort = 1

	// PIIX4, device 1 function 3 (7.1.10, 7.1.19). QEMU has it unless it is told acpi=off.
	piixDevice   = 1
	piixPM       = 3
	piixPMID     = 0x71138086
	piixPMBase   = 0x40
	piixMisc     = 0x80
	piixMiscOn   = 1 << 0
	piixBaseMask = 0xffc0

	// microvm has the registers of a hardware-reduced ACPI machine instead (ACPI 6.4,
	// 4.8.3.7: sleep control, reset).
	gedSleep   = 0xfea00200
	gedSleepS5 = 5<<2 | 1<<5
	gedReset   = 0xfea00202
	gedResetOn = 0x42
)

// powerOff switches the machine off, a little later, or returns if that cannot be done.
//
//go:nosplit
func powerOff() {
	switch chip.asked() {
	case chipsetMicroVM:
		mmio.Write8(gedSleep, gedSleepS5)
	case chipsetQ35:
		if readConfig(lpcDevice, 0, lpcACPI)&lpcACPIOn == 0 {
			writeConfig(lpcDevice, 0, lpcPMBase, pmBase|pmBaseIsPort)
			writeConfig(lpcDevice, 0, lpcACPI, lpcACPIOn)
		}
		softOff(uint16(readConfig(lpcDevice, 0, lpcPMBase) & lpcBaseMask))
	case chipsetPIIX:
		if readConfig(piixDevice, piixPM, 0) != piixPMID {
			return
		}
		if readConfig(piixDevice, piixPM, piixMisc)&piixMiscOn == 0 {
			writeConfig(piixDevice, piixPM, piixPMBase, pmBase|pmBaseIsPort)
			writeConfig(piixDevice, piixPM, piixMisc, piixMiscOn)
		}
		softOff(uint16(readConfig(piixDevice, piixPM, piixPMBase) & piixBaseMask))
	}
}

//go:nosplit
func softOff(base uint16) { mmio.Out16(base+pmControl, pmS5) }
