// Package bootrom is a model of the boot ROM of an i.MX 6UL, 6ULL or 6ULZ, as far as it
// reads an SD card or eMMC or takes a download over USB: for tests, so that what runs is what a card would hold, and for
// a look at what was signed.
//
//	card --> first 4 KiB --> IVT --> DCD: registers, memory controller
//	                          |
//	                          +--> boot data --> all of it, to memory --> entry
//
// It is written from the manual and shares nothing with the package that writes images:
// IMX6ULLRM = i.MX 6ULL Applications Processor Reference Manual, rev. 1, 11/2017, chapter 8,
// System Boot. A board is open unless fuses have closed it; what a closed one checks in
// addition is Authenticate.
package bootrom

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Boot is what the ROM has done when it jumps to the image.
type Boot struct {
	Writes []Write // registers, in order
	Addr   uint32  // where Bytes were loaded
	Bytes  []byte
	Entry  uint32
	CSF    uint32 // where signatures are said to be, or 0

	onChip region // over USB, where the DCD was
}

// Write is one register that the DCD has set.
type Write struct {
	Addr, Value uint32
}

const (
	ivtOffset   = 0x400  // table 8-26: SD, MMC, eMMC
	initialLoad = 0x1000 // the same: initial load region
	ivtLength   = 32
	dcdMax      = 1768 // 8.7.2
)

// FromCard does what the ROM does with a card. Its size matters: the ROM has no more than
// the card has.
func FromCard(card io.ReaderAt) (*Boot, error) {
	first := make([]byte, initialLoad)
	if _, err := card.ReadAt(first, 0); err != nil {
		return nil, fmt.Errorf("reading the first %d bytes of the card: %w", initialLoad, err)
	}
	le := binary.LittleEndian

	// 8.7.1.1. Pointers are addresses as they will be; before the image is there, they
	// count from the IVT.
	ivt := first[ivtOffset:]
	if ivt[0] != 0xd1 || binary.BigEndian.Uint16(ivt[1:]) != ivtLength || ivt[3] < 0x40 || ivt[3] > 0x43 {
		return nil, fmt.Errorf("no image vector table at %#x: % x", ivtOffset, ivt[:4])
	}
	entry, dcd, bootData, self, csf := le.Uint32(ivt[4:]), le.Uint32(ivt[12:]), le.Uint32(ivt[16:]), le.Uint32(ivt[20:]), le.Uint32(ivt[24:])
	if entry == 0 || le.Uint32(ivt[8:]) != 0 {
		return nil, errors.New("image vector table: no entry, or a reserved word that is not zero")
	}
	b := &Boot{Entry: entry, CSF: csf}
	if dcd != 0 {
		at := dcd - self
		if at < ivtLength || at > uint32(len(ivt))-4 {
			return nil, fmt.Errorf("DCD at %#x from the IVT: not in the first %d bytes of the card", at, initialLoad)
		}
		if err := b.configure(ivt[at:]); err != nil {
			return nil, fmt.Errorf("DCD: %w", err)
		}
	}

	// 8.7.1.2
	at := bootData - self
	if at < ivtLength || at > uint32(len(ivt))-12 {
		return nil, fmt.Errorf("boot data at %#x from the IVT: not in the first %d bytes of the card", at, initialLoad)
	}
	start, length, plugin := le.Uint32(ivt[at:]), le.Uint32(ivt[at+4:]), le.Uint32(ivt[at+8:])
	switch {
	case plugin&1 != 0:
		return nil, errors.New("a plugin image: not modelled")
	case start+ivtOffset != self:
		return nil, fmt.Errorf("the IVT says that it is at %#x, the boot data loads it to %#x", self, start+ivtOffset)
	case entry-start >= length:
		return nil, fmt.Errorf("entry %#x is outside of what is loaded to %#x-%#x", entry, start, start+length-1)
	case csf != 0 && csf-start >= length:
		return nil, fmt.Errorf("signatures at %#x are outside of what is loaded to %#x-%#x", csf, start, start+length-1)
	}
	if err := b.canLoad(uint64(start), uint64(start)+uint64(length)); err != nil {
		return nil, err
	}
	b.Addr, b.Bytes = start, make([]byte, length)
	if n, err := card.ReadAt(b.Bytes, 0); n < len(b.Bytes) {
		return nil, fmt.Errorf("the card ends after %d bytes, the boot data says %d: %w", n, length, err)
	}
	return b, nil
}

// span is a range of addresses, both ends in it.
type span struct{ first, last uint32 }

func (s span) has(a uint32) bool { return a >= s.first && a <= s.last }

// The DCD may write here and nowhere else (8.7.2, valid DCD address ranges).
var dcdRanges = []span{
	{0x020c4000, 0x020c7fff}, // CCM
	{0x020c8000, 0x020c8fff}, // analog
	{0x020e0000, 0x020e7fff}, // IOMUXC and its general purpose registers
	{0x021b0000, 0x021b7fff}, // MMDC
	{0x00907000, 0x00917fff}, // on-chip memory that is free
	{0x80000000, 0xffffffff}, // DDR
}

// configure obeys the DCD: a header, then commands, all of it big-endian.
func (b *Boot) configure(dcd []byte) error {
	be := binary.BigEndian
	length := int(be.Uint16(dcd[1:]))
	if dcd[0] != 0xd2 || dcd[3] < 0x40 || dcd[3] > 0x43 {
		return fmt.Errorf("header % x", dcd[:4])
	}
	if length < 4 || length > dcdMax || length > len(dcd) {
		return fmt.Errorf("%d bytes, at most %d are allowed", length, dcdMax)
	}
	for c := dcd[4:length]; len(c) > 0; {
		if len(c) < 4 || be.Uint16(c[1:]) < 4 || int(be.Uint16(c[1:])) > len(c) {
			return fmt.Errorf("command % x does not fit", c[:min(4, len(c))])
		}
		tag, body, parameter := c[0], c[4:be.Uint16(c[1:])], c[3]
		c = c[be.Uint16(c[1:]):]
		switch tag {
		case 0xc0: // NOP
		case 0xcc: // write data
			if parameter != 4 {
				return fmt.Errorf("write command with parameter %#x: not modelled", parameter)
			}
			if len(body)%8 != 0 {
				return fmt.Errorf("write command with %d bytes", len(body))
			}
			for ; len(body) > 0; body = body[8:] {
				w := Write{be.Uint32(body), be.Uint32(body[4:])}
				ok := w.Addr%4 == 0
				inside := false
				for _, r := range dcdRanges {
					inside = inside || r.has(w.Addr)
				}
				if !ok || !inside {
					return fmt.Errorf("write to %#x is not allowed", w.Addr)
				}
				b.Writes = append(b.Writes, w)
			}
		default:
			return fmt.Errorf("command %#x: not modelled", tag)
		}
	}
	return nil
}

// canLoad says whether there is memory: what of the chip's own the ROM does not use itself
// (8.4.1), or DDR, once the DCD has enabled chip select 0 and said where it ends (33.12:
// MDCTL, MDASP).
func (b *Boot) canLoad(start, end uint64) error {
	if start >= 0x00907000 && end <= 0x00918000 {
		return nil
	}
	enabled, ddrEnd := false, uint64(0)
	for _, w := range b.Writes {
		switch w.Addr {
		case 0x021b0000:
			enabled = w.Value>>31 != 0
		case 0x021b0040:
			ddrEnd = (uint64(w.Value&0x7f) + 1) * 32 << 20
		}
	}
	if !enabled || start < 0x80000000 || end > ddrEnd {
		return fmt.Errorf("no memory at %#x-%#x (DDR enabled: %v, up to %#x)", start, end-1, enabled, ddrEnd)
	}
	return nil
}
