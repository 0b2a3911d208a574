package config

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

// Place is a block in a file or on a disk.
type Place struct {
	Kind   string // what the file or disk is: "a card", for instance
	At     int64  // where the block is, in bytes
	Block  []byte
	Signed bool // and the block with it: changed, a closed board would not start it

	addr uint64
}

// Read returns the configuration in the block, or an error if it is damaged.
func (p *Place) Read() (*Config, error) {
	text, err := bootconfig.Text(p.Block, p.addr)
	if err != nil {
		return nil, err
	}
	return ParseLine(text)
}

// ErrSigned is the error for a change of what a signature covers.
var ErrSigned = errors.New("the image is signed, and its configuration with it: make it anew, with -config and -sign")

// Write puts a configuration into the block, not into the file or onto the disk.
func (p *Place) Write(c *Config) error {
	if p.Signed {
		return ErrSigned
	}
	line, err := c.Line()
	if err != nil {
		return err
	}
	return bootconfig.SetText(p.Block, line)
}

const (
	// imageMax is more than an image for the boot ROM may have: see image.Flat.
	imageMax = 32 << 20

	imxTag    = 0xd1
	csfTag    = 0xd4 // HABv4 API Reference Manual, rev. 1.4, 6: constants
	elfMagic  = elf.ELFMAG
	isoMagic  = "CD001"
	isoSector = 2048
	isoVolume = 16 * isoSector // the primary volume descriptor
)

var errUnknown = errors.New("neither a card, nor an image for the boot ROM, nor a program (ELF), nor a disk of tamagotake disk")

// Find finds the block in a file or on a disk of some size:
//
//	a card                      of tamagotake sdcard: what the boot ROM would load
//	an image for the boot ROM   of tamagotake imx
//	a program                   of tamagotake build: what the program headers say is loaded
//	a disk                      of tamagotake disk: the program in its file system
//
// An error is one line.
func Find(r io.ReaderAt, size int64) (*Place, error) {
	m := medium{r, size}
	start, err := m.read(0, 4)
	if err != nil {
		return nil, errUnknown
	}
	ivt, _ := m.read(imx.CardOffset, 4)
	boot, _ := m.read(510, 2)
	iso, _ := m.read(isoVolume+1, len(isoMagic))
	switch {
	case string(start) == elfMagic:
		return m.program("a program", 0)
	case start[0] == imxTag:
		return m.image("an image for the boot ROM", 0)
	case string(boot) == "\x55\xaa" && len(ivt) > 0 && ivt[0] == imxTag:
		return m.image("a card", imx.CardOffset)
	case string(iso) == isoMagic:
		return m.disk()
	}
	return nil, errUnknown
}

type medium struct {
	io.ReaderAt
	size int64
}

// read reads so many bytes, which must be there.
func (m medium) read(at int64, n int) ([]byte, error) {
	if n < 0 || n > imageMax || at < 0 || at > m.size-int64(n) {
		return nil, errors.New("it ends in the middle of the image: truncated?")
	}
	b := make([]byte, n)
	if got, err := m.ReadAt(b, at); got < n {
		return nil, fmt.Errorf("reading %d bytes at %d: %w", n, at, err)
	}
	return b, nil
}

// image finds the block in an image for the boot ROM.
func (m medium) image(kind string, start int64) (*Place, error) {
	n := m.size - start
	if start > 0 {
		// On a card more follows: the boot data say how much of it is the image.
		const lengthAt = 32 + 4
		b, err := m.read(start+lengthAt, 4)
		if err != nil {
			return nil, err
		}
		n = int64(binary.LittleEndian.Uint32(b)) - imx.CardOffset
	}
	if n > imageMax {
		return nil, fmt.Errorf("an image of %d KiB: at most %d are possible", n>>10, imageMax>>10)
	}
	file, err := m.read(start, int(n))
	if err != nil {
		return nil, err
	}
	i, err := imx.Parse(file)
	if err != nil {
		return nil, err
	}
	p, err := place(kind, start, file, uint64(i.Self))
	if err == nil && i.CSF != 0 {
		csf := file[min(uint64(len(file)), uint64(i.CSF-i.Self)):]
		p.Signed = len(csf) > 0 && csf[0] == csfTag
	}
	return p, err
}

// program finds the block in an ELF file that begins at an offset.
func (m medium) program(kind string, start int64) (*Place, error) {
	f, err := elf.NewFile(io.NewSectionReader(m, start, m.size-start))
	if err != nil {
		return nil, fmt.Errorf("the program: %w", err)
	}
	for _, s := range f.Progs {
		if s.Type != elf.PT_LOAD || s.Filesz == 0 {
			continue
		}
		if s.Off > uint64(m.size) || s.Filesz > imageMax {
			return nil, fmt.Errorf("the program has %d KiB at %#x: at most %d are possible", s.Filesz>>10, s.Vaddr, imageMax>>10)
		}
		memory, err := m.read(start+int64(s.Off), int(s.Filesz))
		if err != nil {
			return nil, err
		}
		p, err := place(kind, start+int64(s.Off), memory, s.Vaddr)
		if !errors.Is(err, bootconfig.ErrNone) {
			return p, err
		}
	}
	return nil, bootconfig.ErrNone
}

// place finds the block in memory, which is at start in the file.
func place(kind string, start int64, memory []byte, base uint64) (*Place, error) {
	at, err := bootconfig.Find(memory, base)
	if err != nil {
		return nil, err
	}
	block := bytes.Clone(memory[at : at+bootconfig.Size])
	return &Place{Kind: kind, At: start + int64(at), Block: block, addr: base + uint64(at)}, nil
}

// disk finds the block in the program of a disk for PCs, which is in an ISO file system (ECMA-119):
// /boot/tamagotake.elf.
func (m medium) disk() (*Place, error) {
	const rootAt = isoVolume + 156
	root, err := m.read(rootAt, isoRecord)
	if err != nil {
		return nil, err
	}
	boot, err := m.lookup(root, func(name string) bool { return name == "BOOT" })
	if err != nil {
		return nil, err
	}
	// Whole, or cut to eight characters and three.
	program, err := m.lookup(boot, func(name string) bool { return strings.HasPrefix(name, "TAMAGOTA") })
	if err != nil {
		return nil, err
	}
	return m.program("a disk for PCs", extent(program))
}

// isoRecord is the size of a directory record without the name (ECMA-119 9.1).
const isoRecord = 33

func extent(record []byte) int64 {
	return int64(binary.LittleEndian.Uint32(record[2:])) * isoSector
}

// lookup returns the record of the first file in a directory whose name is wanted.
func (m medium) lookup(directory []byte, wanted func(name string) bool) ([]byte, error) {
	n := int64(binary.LittleEndian.Uint32(directory[10:]))
	list, err := m.read(extent(directory), int(min(n, imageMax)))
	if err != nil {
		return nil, err
	}
	for len(list) > 0 {
		sector := list[:min(isoSector, len(list))]
		list = list[len(sector):]
		for len(sector) > isoRecord && int(sector[0]) >= isoRecord && int(sector[0]) <= len(sector) {
			record := sector[:sector[0]]
			if name := record[isoRecord:]; int(record[32]) <= len(name) && wanted(string(name[:record[32]])) {
				return record, nil
			}
			sector = sector[sector[0]:]
		}
	}
	return nil, errors.New("no disk of tamagotake disk: it has no /boot/tamagotake.elf")
}
