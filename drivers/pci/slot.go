//go:build amd64 || !tamago

package pci

// Slot is a place behind a port of PCI Express where devices can be plugged in and taken
// out while the machine runs.
//
//	outside                        port                  its driver
//	plug in    --> present, button pressed --line-->  PowerOn, look at the bus
//	ask to take out --> button pressed     --line-->  stop the driver, PowerOff
//	tear out   --> not present             --line-->  stop the driver
type Slot struct {
	Port   *Device
	offset uint8 // of the capability
}

// The PCI Express capability (PCIe 7.8.2, 7.8.9 to 7.8.11).
const (
	expressSize  = 0x1c
	expressSlot  = 1 << (16 + 8) // in the word with identifier and link: there is a slot
	slotCapable  = 0x14
	slotControl  = 0x18
	slotStatus   = 0x1a
	slotHotPlug  = 1 << 6
	slotEvents   = 1<<0 | 1<<3 | 1<<5 // button, presence, and interrupts of both
	slotPowerOff = 1 << 10
	slotLampMask = 3 << 8
	slotLampOn   = 1 << 8
	slotLampOff  = 3 << 8

	statusButton  = 1 << 0
	statusChanged = 1 << 3
	statusPresent = 1 << 6
	statusEvents  = 0x11f
)

// FindSlot returns the slot behind a port, if there is one in which devices can be
// exchanged.
func FindSlot(d *Device) (s Slot, ok bool) {
	offset, ok := d.Space.Find(CapExpress)
	if !ok || d.Secondary == 0 {
		return s, false
	}
	if _, ok := d.Space.Bytes(offset, expressSize); !ok {
		return s, false
	}
	if d.Space.At32(offset)&expressSlot == 0 || d.Space.At32(offset+slotCapable)&slotHotPlug == 0 {
		return s, false
	}
	return Slot{d, offset}, true
}

// Listen lets the port interrupt when the button is pressed, or a device comes or goes.
func (s Slot) Listen() {
	s.Port.Write16(s.offset+slotControl, s.control()|slotEvents)
}

func (s Slot) control() uint16 { return uint16(s.Port.Read(s.offset + slotControl)) }

// Events returns what has happened since it was called last: whether the button was
// pressed, and whether a device came or went; and whether one is in the slot now. That is
// to be believed only if there was a change: QEMU's ports say that there is none as long as
// plugging is the firmware's business.
//
// Status is read until nothing is set: a port sends its next message only when all events have
// been cleared (PCIe 6.7.3.4), so one that comes between a read and the write that clears
// would be the last that is ever heard of.
//
// Status is written by itself: QEMU takes the lower half of a 32-bit write for status, too.
func (s Slot) Events() (button, changed, present bool) {
	for range eventReads {
		v := uint16(s.Port.Read(s.offset+slotControl) >> 16)
		present = v&statusPresent != 0
		if v&statusEvents == 0 {
			break
		}
		s.Port.Write16(s.offset+slotStatus, v&statusEvents) // a one clears
		button = button || v&statusButton != 0
		changed = changed || v&statusChanged != 0
	}
	return button, changed, present
}

// eventReads bounds the reads of the status of a port that is broken.
const eventReads = 16

// PowerOn switches the slot on; the device answers a little later. PowerOff switches it
// off, and shows by the lamps that the device can be taken out.
func (s Slot) PowerOn() { s.power(slotLampOn) }

// PowerOff: see [Slot.PowerOn].
func (s Slot) PowerOff() { s.power(slotPowerOff | slotLampOff) }

func (s Slot) power(bits uint16) {
	s.Port.Write16(s.offset+slotControl, s.control()&^(slotPowerOff|slotLampMask)|bits)
}
