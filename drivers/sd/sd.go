// Package sd has what an SD card says of itself: the fields of its registers, and its
// commands. It knows nothing of the host controller in between; drivers/usdhc does.
//
//	OCR   R3 response, 32 bits      powered up? addressed by sector?
//	CID   R2 response, 128 bits     who made it
//	CSD   R2 response, 128 bits     how large is it
//	SCR   64 bits on the data lines which version, which bus widths
//
// What a card says is input from outside: the parsers refuse what cannot be, and never
// panic (they are fuzzed).
//
// Source: SD Specifications Part 1, Physical Layer Simplified Specification, version 7.10
// (SD-PL).
package sd

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Commands (SD-PL 4.7.4). Those from App on are preceded by AppCommand.
const (
	GoIdle        = 0
	AllSendCID    = 2
	SendAddress   = 3
	Switch        = 6
	Select        = 7
	SendCondition = 8
	SendCSD       = 9
	Stop          = 12
	SendStatus    = 13
	BlockLength   = 16
	ReadMultiple  = 18
	WriteMultiple = 25
	AppCommand    = 55

	App             = 64 // added to the number, to tell them apart
	AppBusWidth     = App + 6
	AppOpCondition  = App + 41
	AppSendSCR      = App + 51
	StatusBlockSize = 64 // of what Switch answers (4.3.10)
)

// Conditions are the argument of SendCondition and its echo (SD-PL 4.3.13): 2.7-3.6 V and a
// pattern.
const Conditions = 0x1aa

// Card status, the R1 response (SD-PL 4.10.1).
const (
	StatusOutOfRange = 1 << 31
	StatusErrors     = 0xfdf98000 // all bits that say that something went wrong
	StatusReady      = 1 << 8
	StatusApp        = 1 << 5

	StateTransfer = 4
)

// State returns the state machine's state in a card status.
func State(status uint32) uint32 { return status >> 9 & 0xf }

// OCR is the operation conditions register (SD-PL 5.1).
type OCR uint32

// What the host asks for in AppOpCondition: 2.7-3.6 V, and high capacity.
const (
	HostVoltages     OCR = 0x00ff8000
	HostHighCapacity OCR = 1 << 30
)

// Ready reports whether the card has powered up; until then the rest means nothing.
func (o OCR) Ready() bool { return o>>31 != 0 }

// HighCapacity reports whether addresses are numbers of sectors, not of bytes.
func (o OCR) HighCapacity() bool { return o>>30&1 != 0 }

// ErrRegister: a register says what cannot be.
var ErrRegister = errors.New("the card sent an impossible answer")

// CID identifies a card (SD-PL 5.2).
type CID struct {
	Manufacturer byte
	OEM          string // two characters
	Product      string // five
	Revision     byte   // two digits, BCD
	Serial       uint32
	Year, Month  int // of manufacture
}

// ParseCID reads the register as it is sent, most significant byte first; the last byte, a
// checksum that the controller has verified, is not looked at. Characters that do not
// print are shown as dots: nothing in there is worth refusing a card for.
func ParseCID(b [16]byte) CID {
	return CID{
		Manufacturer: b[0],
		OEM:          printable(b[1:3]),
		Product:      printable(b[3:8]),
		Revision:     b[8],
		Serial:       binary.BigEndian.Uint32(b[9:13]),
		Year:         2000 + int(b[13]&0xf)<<4 + int(b[14]>>4),
		Month:        int(b[14] & 0xf),
	}
}

func printable(b []byte) string {
	s := make([]byte, len(b))
	for i, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		s[i] = c
	}
	return string(s)
}

func (c CID) String() string {
	return fmt.Sprintf("%s rev. %d.%d, serial %08x", c.Product, c.Revision>>4, c.Revision&0xf, c.Serial)
}

// CSD is what matters of the card-specific data (SD-PL 5.3).
type CSD struct {
	Sectors   uint64 // of 512 bytes
	ReadOnly  bool   // write-protected by its register, for a time or for good
	Classes   uint16 // command classes; bit 10 is Switch
	Megahertz uint32 // highest clock of the default mode
}

const (
	csdVersion1 = 0 // standard capacity
	csdVersion2 = 1 // high and extended capacity
)

// ParseCSD reads the register as it is sent, most significant byte first. Version 3 of the
// structure (ultra capacity) is refused, as are sizes that do not make sense.
func ParseCSD(b [16]byte) (CSD, error) {
	c := CSD{
		Classes:   uint16(b[4])<<4 | uint16(b[5])>>4,
		ReadOnly:  b[14]&(1<<5|1<<4) != 0,
		Megahertz: speed(b[3]),
	}
	switch version := b[0] >> 6; version {
	case csdVersion1: // 5.3.2: (C_SIZE+1) * 2^(C_SIZE_MULT+2) blocks of 2^READ_BL_LEN
		length := uint(b[5] & 0xf)
		size := uint64(b[6]&3)<<10 | uint64(b[7])<<2 | uint64(b[8])>>6
		multiplier := uint(b[9]&3)<<1 | uint(b[10])>>7
		if length < 9 || length > 11 {
			return c, fmt.Errorf("%w: blocks of 2^%d bytes in the CSD", ErrRegister, length)
		}
		c.Sectors = (size + 1) << (multiplier + 2) << (length - 9)
	case csdVersion2: // 5.3.3: (C_SIZE+1) * 512 KiB
		size := uint64(b[7]&0x3f)<<16 | uint64(b[8])<<8 | uint64(b[9])
		c.Sectors = (size + 1) * 1024
	default:
		return c, fmt.Errorf("%w: version %d of the CSD", ErrRegister, version+1)
	}
	return c, nil
}

// speed decodes TRAN_SPEED (5.3.2): a value of tenths and a power of ten of 100 kbit/s. Of
// what is reserved it makes the slowest that any card does.
func speed(b byte) uint32 {
	tenths := [16]uint32{0, 10, 12, 13, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 70, 80}[b>>3&0xf]
	unit := [8]uint32{1, 10, 100, 1000}[b&7] // of 100 kHz
	if mhz := tenths * unit / 100; mhz >= 10 {
		return mhz
	}
	return 10
}

// SCR is the configuration register (SD-PL 5.6).
type SCR struct {
	Version   uint8 // 0: 1.0, 1: 1.10, 2: 2.00 and later
	FourBits  bool  // on four data lines
	HasSwitch bool  // knows the command Switch: version 1.10 and later
}

// ParseSCR reads the register as it comes over the data lines, most significant byte first.
func ParseSCR(b [8]byte) (SCR, error) {
	if structure := b[0] >> 4; structure != 0 {
		return SCR{}, fmt.Errorf("%w: structure %d of the SCR", ErrRegister, structure)
	}
	widths := b[1] & 0xf
	if widths&1 == 0 { // every card has one line
		return SCR{}, fmt.Errorf("%w: bus widths %#x in the SCR", ErrRegister, widths)
	}
	return SCR{b[0] & 0xf, widths&4 != 0, b[0]&0xf >= 1}, nil
}

// HasHighSpeed reads the status that Switch answers (SD-PL 4.3.10.4): whether the card can
// run at 50 MHz, bit 401 of 512, and whether it has switched to it, bits 379:376.
func HasHighSpeed(b [StatusBlockSize]byte) (can, does bool) {
	return b[13]&(1<<1) != 0, b[16]&0xf == 1
}

// SwitchHighSpeed is the argument of Switch (SD-PL 4.3.10): to ask, or to do it.
func SwitchHighSpeed(do bool) uint32 {
	arg := uint32(0x00fffff1)
	if do {
		arg |= 1 << 31
	}
	return arg
}
