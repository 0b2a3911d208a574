//go:build amd64 || !tamago

// Package pci finds the devices on PCI buses and says where their registers are and how
// they interrupt.
//
//	Scan: bus 0, device 0..31, function 0..7 --bridge--> its secondary bus --> ...
//	         |
//	         v
//	       Device: numbers, Space (its configuration, as read)
//	         |
//	         +-- Size: Bars, where its registers are, and how many
//	         +-- Capabilities: a bounded walk
//	         +-- MSI-X, MSI, or the line of its pin
//
// Configuration is read by configuration mechanism #1 (PCI 3.2.2.3.2), two I/O ports,
// which reaches 256 bytes of each function: all that is used here. The mechanism with
// memory (ECAM) would need the ACPI tables for its address, and adds only capabilities
// that are not used here.
//
// Buses and memory are what the firmware has assigned. Only what is plugged in later has
// nothing assigned yet: see [Device.Assign].
//
// TamaGo has a package for this (soc/intel/pci). It is not used, since it reads function 0
// only, follows a capability list for as long as that goes, knows no sizes, and overwrites
// the rest of the MSI-X control word.
//
// Everything here is for thread level.
//
// Manuals: PCI = PCI Local Bus Specification 3.0; PCIe = PCI Express Base Specification
// 3.0; Bridge = PCI-to-PCI Bridge Architecture Specification 1.2.
package pci

import (
	"fmt"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// Configuration mechanism #1.
const (
	configAddress = 0xcf8
	configData    = 0xcfc
	configEnable  = 1 << 31
)

// Address is where a function is: bus, device and function, 8, 5 and 3 bits.
type Address uint16

// At returns the address of a function.
func At(bus, device, function uint8) Address {
	return Address(uint16(bus)<<8 | uint16(device&31)<<3 | uint16(function&7))
}

// Bus returns the number of the bus.
func (a Address) Bus() uint8 { return uint8(a >> 8) }

// Device returns the number of the device on its bus.
func (a Address) Device() uint8 { return uint8(a>>3) & 31 }

// Function returns the number of the function of its device.
func (a Address) Function() uint8 { return uint8(a) & 7 }

// String is bus:device.function, in hexadecimal, as people write it.
func (a Address) String() string {
	return fmt.Sprintf("%02x:%02x.%d", a.Bus(), a.Device(), a.Function())
}

// Read reads a 32-bit register of the function's configuration. Where there is no
// function all bits are set.
func (a Address) Read(offset uint8) uint32 {
	saved := platform.MaskInterrupts() // another reader must not come between the two
	mmio.Out32(configAddress, configEnable|uint32(a)<<8|uint32(offset&0xfc))
	v := mmio.In32(configData)
	platform.RestoreInterrupts(saved)
	return v
}

// Write writes a 32-bit register of the function's configuration. The upper half of the
// command and of similar registers is status, which a zero leaves as it is.
func (a Address) Write(offset uint8, v uint32) {
	saved := platform.MaskInterrupts()
	mmio.Out32(configAddress, configEnable|uint32(a)<<8|uint32(offset&0xfc))
	mmio.Out32(configData, v)
	platform.RestoreInterrupts(saved)
}

// Write16 writes a 16-bit register of the function's configuration.
func (a Address) Write16(offset uint8, v uint16) {
	saved := platform.MaskInterrupts()
	mmio.Out32(configAddress, configEnable|uint32(a)<<8|uint32(offset&0xfc))
	mmio.Out16(configData+uint16(offset&2), v)
	platform.RestoreInterrupts(saved)
}

// Registers of every function (PCI 6.1), of devices (6.2.5) and of bridges (Bridge 3.2.5).
const (
	regID         = 0x00
	regCommand    = 0x04
	regClass      = 0x08
	regHeader     = 0x0c
	regBar0       = 0x10
	regBuses      = 0x18
	regMemory     = 0x20
	regSubsystem  = 0x2c
	regCapability = 0x34
	regInterrupt  = 0x3c

	commandMemory  = 1 << 1
	commandMaster  = 1 << 2
	commandNoINTx  = 1 << 10
	commandMask    = 0xffff
	statusCapable  = 1 << (16 + 4)
	headerMulti    = 0x80
	headerBridge   = 1
	none           = 0xffff
	classBridgePCI = 0x0604
)

// Space is what a function's configuration holds.
type Space [256]byte

// At32 returns the 32-bit register at an offset.
func (s *Space) At32(offset uint8) uint32 {
	o := int(offset &^ 3)
	return uint32(s[o]) | uint32(s[o+1])<<8 | uint32(s[o+2])<<16 | uint32(s[o+3])<<24
}

// At16 returns the 16-bit register at an offset.
func (s *Space) At16(offset uint8) uint16 { return uint16(s.At32(offset) >> (8 * (offset & 2))) }

func (s *Space) put32(offset uint8, v uint32) {
	for i := range uint8(4) {
		s[offset&^3+i] = byte(v >> (8 * i))
	}
}

// Device is one function of a device, as it was when it was looked at.
type Device struct {
	Address
	Vendor, ID           uint16
	SubVendor, Subsystem uint16
	Class                uint16 // class and subclass
	Revision             uint8
	Pin                  uint8  // 1 to 4 for INTA to INTD, 0 if it has none
	Bars                 [6]Bar // once [Device.Size] has found out
	Space                Space

	// Of a bridge: the buses behind it. 0 of others.
	Secondary, Subordinate uint8
}

// Look reads the function at an address, and reports whether there is one.
func Look(a Address) (d *Device, ok bool) {
	if uint16(a.Read(regID)) == none {
		return nil, false
	}
	d = &Device{Address: a}
	for offset := 0; offset < len(d.Space); offset += 4 {
		d.Space.put32(uint8(offset), a.Read(uint8(offset)))
	}
	d.parse()
	return d, true
}

// parse takes the fields out of Space.
func (d *Device) parse() {
	s := &d.Space
	d.Vendor, d.ID = s.At16(regID), s.At16(regID+2)
	d.Class, d.Revision = s.At16(regClass+2), s[regClass]
	if d.Pin = s[regInterrupt+1]; d.Pin > 4 {
		d.Pin = 0
	}
	if d.isBridge() {
		d.Secondary, d.Subordinate = s[regBuses+1], s[regBuses+2]
	} else {
		d.SubVendor, d.Subsystem = s.At16(regSubsystem), s.At16(regSubsystem+2)
	}
}

func (d *Device) isBridge() bool {
	return d.Space[regHeader+2]&^headerMulti == headerBridge && d.Class == classBridgePCI
}

// Enable lets the device decode its memory and read and write ours.
func (d *Device) Enable() {
	d.Write(regCommand, d.Read(regCommand)&commandMask|commandMemory|commandMaster)
}

// Disable takes the device off the bus, and its pin.
func (d *Device) Disable() {
	d.Write(regCommand, d.Read(regCommand)&commandMask&^(commandMemory|commandMaster)|commandNoINTx)
}
