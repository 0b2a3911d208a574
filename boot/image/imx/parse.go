package imx

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Image is an image that was read back.
type Image struct {
	File    []byte  // all of it
	Entry   uint32  // address of the first instruction
	Self    uint32  // address that the file's first byte is loaded to
	Start   uint32  // address that the card's first byte is loaded to
	Length  uint32  // bytes that the ROM loads, from the card's first on
	CSF     uint32  // address of the signatures, or 0; they may be missing from the file
	DCD     []byte  // device configuration data as the ROM wants it
	Writes  []Write // what that says
	Program []byte
}

// Parse reads an image as [Build] writes it, signed or not, and checks that what it says
// of itself agrees. What the ROM would take beyond that is refused.
func Parse(file []byte) (*Image, error) {
	if len(file) < programAt {
		return nil, fmt.Errorf("%d bytes: too short for an i.MX image", len(file))
	}
	le, be := binary.LittleEndian, binary.BigEndian
	if file[0] != tagIVT || be.Uint16(file[1:]) != ivtSize || file[3] != version {
		return nil, fmt.Errorf("begins with % x, not with an image vector table", file[:4])
	}
	m := &Image{File: file, Entry: le.Uint32(file[4:]), Self: le.Uint32(file[20:]), CSF: le.Uint32(file[24:]),
		Start: le.Uint32(file[ivtSize:]), Length: le.Uint32(file[ivtSize+4:])}
	switch {
	case m.Self != m.Start+CardOffset:
		return nil, fmt.Errorf("image at %#x, boot data says %#x", m.Self, m.Start+CardOffset)
	case le.Uint32(file[16:]) != m.Self+ivtSize:
		return nil, errors.New("boot data is not behind the image vector table")
	case le.Uint32(file[12:]) != m.Self+headerSize:
		return nil, errors.New("DCD is not behind the boot data")
	case le.Uint32(file[ivtSize+8:]) != 0:
		return nil, errors.New("a plugin image")
	case m.Length < loadSize:
		return nil, fmt.Errorf("boot data says %d bytes, which is less than the header", m.Length)
	case m.CSF != 0 && (m.CSF < m.Start+loadSize || m.CSF-m.Start > m.Length):
		return nil, fmt.Errorf("signatures at %#x: outside of the image", m.CSF)
	case uint64(m.Start)+uint64(m.Length) > 1<<32:
		return nil, errors.New("reaches past the end of 32-bit memory")
	}
	size := m.Length - CardOffset // of the file without signatures
	if m.CSF != 0 {
		size = m.CSF - m.Self
	}
	if n := uint64(len(file)); n != uint64(size) && n != uint64(m.Length)-CardOffset {
		return nil, fmt.Errorf("%d bytes, not %d, or %d with signatures: truncated?", n, size, m.Length-CardOffset)
	}
	m.Program = file[programAt:size]
	if m.Entry < m.Self+programAt || m.Entry-m.Self >= size {
		return nil, fmt.Errorf("entry point %#x is outside of the program", m.Entry)
	}
	return m, m.parseDCD(file[headerSize:programAt])
}

func (m *Image) parseDCD(b []byte) error {
	be := binary.BigEndian
	size := int(be.Uint16(b[1:]))
	switch {
	case b[0] != tagDCD || b[3] != version:
		return fmt.Errorf("begins with % x where the DCD should be", b[:4])
	case size > DCDMax || size < dcdHeader || (size-dcdHeader)%writeSize != 0:
		return fmt.Errorf("DCD of %d bytes", size)
	case b[4] != tagWrite || int(be.Uint16(b[5:])) != size-4 || b[7] != param4:
		return fmt.Errorf("DCD command % x: not one list of 32-bit writes", b[4:8])
	}
	m.DCD = b[:size]
	for b := b[dcdHeader:size]; len(b) > 0; b = b[writeSize:] {
		m.Writes = append(m.Writes, Write{be.Uint32(b), be.Uint32(b[4:])})
	}
	return nil
}
