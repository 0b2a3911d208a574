//go:build amd64 || !tamago

package pci

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Message-signalled interrupts: the device interrupts by writing a word to an address,
// which the hardware layer has given it; see hal/amd64.AllocateMessage.

// ErrNoMessages: the device has neither MSI-X nor MSI, and interrupts by its pin.
var ErrNoMessages = errors.New("pci: the device has no message-signalled interrupts")

// MSI-X (PCI 6.8.2): a table in one of the bars, an entry of 16 bytes each.
const (
	msixSize     = 12
	msixEntry    = 16
	msixEnable   = 1 << 31 // in the word with identifier and link
	msixMaskAll  = 1 << 30
	msixTable    = 4
	msixBarMask  = 7
	entryAddress = 0
	entryHigh    = 4
	entryData    = 8
	entryControl = 12
	entryMasked  = 1
)

// MSIX is a device's table of messages.
type MSIX struct {
	Entries int
	device  *Device
	offset  uint8
	table   uintptr
}

// FindMSIX finds the table of a device. [ErrNoMessages] if it has none.
func FindMSIX(d *Device) (*MSIX, error) {
	offset, ok := d.Space.Find(CapMSIX)
	if !ok {
		return nil, ErrNoMessages
	}
	entries, bar, at, ok := parseMSIX(&d.Space, offset)
	if !ok {
		return nil, fmt.Errorf("pci: %v: its MSI-X capability at %#x does not fit", d.Address, offset)
	}
	table, err := d.Range(bar, at, uint32(entries)*msixEntry)
	if err != nil {
		return nil, err
	}
	return &MSIX{entries, d, offset, table}, nil
}

func parseMSIX(s *Space, offset uint8) (entries int, bar uint8, at uint32, ok bool) {
	if _, ok := s.Bytes(offset, msixSize); !ok {
		return 0, 0, 0, false
	}
	entries = int(s.At16(offset+2)&0x7ff) + 1
	v := s.At32(offset + msixTable)
	return entries, uint8(v & msixBarMask), v &^ msixBarMask, true
}

// Enable switches the table on with all entries masked, and the pin off.
func (m *MSIX) Enable() {
	d := m.device
	control := d.Read(m.offset)
	d.Write(m.offset, control|msixEnable|msixMaskAll)
	for n := range m.Entries {
		mmio.Write32(m.table+uintptr(n)*msixEntry+entryControl, entryMasked)
	}
	d.Write(m.offset, control&^msixMaskAll|msixEnable)
	d.Write(regCommand, d.Read(regCommand)&commandMask|commandNoINTx)
}

// Set makes entry n send a message, from now on.
func (m *MSIX) Set(n int, addr uint64, data uint32) error {
	if n < 0 || n >= m.Entries {
		return fmt.Errorf("pci: %v has %d messages, there is no %d", m.device.Address, m.Entries, n)
	}
	e := m.table + uintptr(n)*msixEntry
	mmio.Write32(e+entryControl, entryMasked)
	mmio.Write32(e+entryAddress, uint32(addr))
	mmio.Write32(e+entryHigh, uint32(addr>>32))
	mmio.Write32(e+entryData, data)
	mmio.Write32(e+entryControl, 0)
	return nil
}

// MSI (PCI 6.8.1): one message, in the configuration.
const (
	msiEnable = 1 << 16 // in the word with identifier and link
	msiMany   = 7 << 20
	msiWide   = 1 << 23
)

// SetMSI makes a device that has MSI send a message, and switches its pin off.
// [ErrNoMessages] if it has none.
func SetMSI(d *Device, addr uint64, data uint16) error {
	offset, ok := d.Space.Find(CapMSI)
	if !ok {
		return ErrNoMessages
	}
	control := d.Space.At32(offset)
	length, dataAt := 10, uint8(8)
	if control&msiWide != 0 {
		length, dataAt = 14, 12
	}
	if _, ok := d.Space.Bytes(offset, length); !ok {
		return fmt.Errorf("pci: %v: its MSI capability at %#x does not fit", d.Address, offset)
	}
	d.Write(offset+4, uint32(addr))
	if control&msiWide != 0 {
		d.Write(offset+8, uint32(addr>>32))
	} else if addr>>32 != 0 {
		return fmt.Errorf("pci: %v cannot send a message to %#x", d.Address, addr)
	}
	d.Write(offset+dataAt, d.Read(offset+dataAt)&^0xffff|uint32(data))
	d.Write(offset, control&^msiMany|msiEnable)
	d.Write(regCommand, d.Read(regCommand)&commandMask|commandNoINTx)
	return nil
}
