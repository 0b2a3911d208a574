//go:build tamago && amd64

package amd64

import "github.com/tamagotake/tamagotake/hal/mmio"

// Message-signalled interrupts: a device writes a vector to the local APIC, past the
// IOAPIC (Intel SDM 10.11). Each has a line of its own, edge-triggered, between those of
// the IOAPIC's inputs and the timer's. There is nothing to mask it by but the device.
const (
	vectorMessage    = vectorGSI + gsiMax
	vectorMessageEnd = vectorTimer

	lapicID        = lapicBase + 0x020
	messageAddress = 0xfee00000 // and the processor in bits 12 to 19
)

var messages [vectorMessageEnd - vectorMessage]bool // taken

// Message is what a device is to write, and where, to interrupt on a line.
type Message struct {
	Line    uint32
	Address uint64
	Data    uint16
}

// AllocateMessage takes a line for a device that interrupts by messages; false if all
// are taken. Thread level.
func AllocateMessage() (m Message, ok bool) {
	for n := range messages {
		if !messages[n] {
			messages[n] = true
			v := uint32(vectorMessage + n)
			// Fixed delivery, edge: the zero in the rest of the word.
			return Message{v, messageAddress | uint64(mmio.Read32(lapicID)>>24)<<12, uint16(v)}, true
		}
	}
	return Message{}, false
}

// FreeMessage gives back the line of a device that does not interrupt any more. Thread
// level.
func FreeMessage(m Message) { messages[m.Line-vectorMessage] = false }
