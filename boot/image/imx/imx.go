// Package imx writes and reads the image that the boot ROM of an i.MX 6UL, 6ULL or 6ULZ
// loads.
//
//	card      file                                                memory
//	0x000     -         partition table, not part of the image    base - 0x1000
//	0x400     0x0000    image vector table (IVT)                  base - 0xc00
//	0x420     0x0020    boot data: where to load, how much
//	0x42c     0x002c    device configuration data (DCD)
//	0x1000    0x0c00    program: text to .noptrbss                base
//	...                 zeros up to a multiple of 4096
//	          end       (command sequence file, CSF: signatures)
//
// The ROM reads the first 4 KiB, obeys the DCD, which sets the memory controller up, then
// reads all of it, from the card's first byte on, to the address in the boot data, and
// jumps to the entry in the IVT. It clears nothing; so what is zero at the start must be
// in the file.
//
// The file is what mkimage of U-Boot writes for the same input, but for the entry: mkimage
// takes it to be the program's first byte, and a Go program's is not.
//
// IMX6ULLRM = i.MX 6ULL Applications Processor Reference Manual, rev. 1, 11/2017; all that
// is said here is in its chapter 8, System Boot.
package imx

import (
	"encoding/binary"
	"fmt"

	"github.com/tamagotake/tamagotake/boot/image"
)

// IMX6ULLRM 8.7.
const (
	// CardOffset is where the file begins on an SD card or eMMC (table 8-26).
	CardOffset = 0x400

	// DCDMax is how many bytes of DCD the ROM takes (8.7.2).
	DCDMax = 1768

	tagIVT     = 0xd1
	tagDCD     = 0xd2
	tagWrite   = 0xcc
	version    = 0x40
	param4     = 0x04 // write 32 bits, as they are
	ivtSize    = 32
	bootSize   = 12
	dcdHeader  = 4 + 4 // its own, and that of one write command
	writeSize  = 8
	headerSize = ivtSize + bootSize

	// loadSize is what the ROM reads first; the program follows it.
	loadSize     = 0x1000
	programAt    = loadSize - CardOffset
	blockSize    = 0x1000
	csfMax       = 0x10000
	dcdWritesMax = (DCDMax - dcdHeader) / writeSize
)

// Build returns the image of a program.
func Build(c *Config, m *image.Memory) ([]byte, error) {
	if m.Base < loadSize || m.Base%4 != 0 {
		return nil, fmt.Errorf("program at %#x: not a multiple of 4, or no room for the header below it", m.Base)
	}
	if m.Entry < m.Base || uint64(m.Entry) >= m.End() {
		return nil, fmt.Errorf("entry point %#x is outside of the program, %#x to %#x", m.Entry, m.Base, m.End()-1)
	}
	if n := len(c.Writes); n > dcdWritesMax {
		return nil, fmt.Errorf("DCD of %d bytes for %d writes: the boot ROM takes at most %d bytes", dcdHeader+n*writeSize, n, DCDMax)
	}
	start := m.Base - loadSize
	signed := roundUp(uint64(loadSize+len(m.Bytes)), blockSize) // on the card, without the CSF
	if err := checkMemory(c.Writes, uint64(start), uint64(start)+signed+uint64(c.CSFSize)); err != nil {
		return nil, err
	}

	self := start + CardOffset
	le := binary.LittleEndian
	out := make([]byte, signed-CardOffset)
	h := out[:0]
	h = append(h, tagIVT, 0, ivtSize, version)
	h = le.AppendUint32(h, m.Entry)
	h = le.AppendUint32(h, 0)
	h = le.AppendUint32(h, self+headerSize) // DCD
	h = le.AppendUint32(h, self+ivtSize)    // boot data
	h = le.AppendUint32(h, self)
	if c.CSFSize != 0 {
		h = le.AppendUint32(h, start+uint32(signed))
	} else {
		h = le.AppendUint32(h, 0)
	}
	h = le.AppendUint32(h, 0)
	h = le.AppendUint32(h, start)
	h = le.AppendUint32(h, uint32(signed)+c.CSFSize)
	h = le.AppendUint32(h, 0) // no plugin
	appendDCD(h, c.Writes)
	copy(out[programAt:], m.Bytes)
	return out, nil
}

// appendDCD appends device configuration data: big-endian, unlike all else (8.7.2).
func appendDCD(h []byte, writes []Write) []byte {
	be := binary.BigEndian
	size := len(writes) * writeSize
	h = append(h, tagDCD)
	h = be.AppendUint16(h, uint16(dcdHeader+size))
	h = append(h, version, tagWrite)
	h = be.AppendUint16(h, uint16(dcdHeader-4+size))
	h = append(h, param4)
	for _, w := range writes {
		h = be.AppendUint32(h, w.Addr)
		h = be.AppendUint32(h, w.Value)
	}
	return h
}

func roundUp(n, to uint64) uint64 { return (n + to - 1) / to * to }
