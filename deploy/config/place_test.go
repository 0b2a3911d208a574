package config

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/armory"
	"github.com/tamagotake/tamagotake/deploy/card"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

var le = binary.LittleEndian

const (
	headers = 0x1000 // what Go's linker puts in front of the text
	linkAt  = 0x80010000
	blockAt = headers + 0x2345
)

// program is an ARM executable of one segment, with the text of Magic in its code and with a block,
// unless it is told otherwise.
func program(block bool) []byte {
	const ehdr, size = 52, headers + 0x8000
	b := append([]byte("\x7fELF\x01\x01\x01"), make([]byte, 9)...)
	b = le.AppendUint16(b, 2)  // executable
	b = le.AppendUint16(b, 40) // ARM
	for _, v := range []uint32{1, linkAt + headers + 4, ehdr, 0, 0} {
		b = le.AppendUint32(b, v)
	}
	for _, v := range []uint16{ehdr, 32, 1, 40, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	for _, v := range []uint32{1, 0, linkAt, linkAt, size, size + 0x1234, 5, 0x1000} {
		b = le.AppendUint32(b, v)
	}
	b = append(b, make([]byte, size-len(b))...)
	copy(b[headers+0x100:], bootconfig.Magic)
	if block {
		copy(b[blockAt:], bootconfig.Magic)
		le.PutUint64(b[blockAt+16:], linkAt+blockAt)
	}
	return b
}

// packed is the program as the boot ROM takes it.
func packed(t testing.TB, program []byte) []byte {
	t.Helper()
	m, err := image.Flat(program)
	if err != nil {
		t.Fatal(err)
	}
	c := &imx.Config{CSFSize: 0x4000, Writes: []imx.Write{{Addr: 0x021b0000, Value: 0x84180000}, {Addr: 0x021b0040, Value: 0x4f}}}
	file, err := imx.Build(c, m)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func onCard(t testing.TB, img []byte) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "card.img")
	if err := card.Create(name, img, nil); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// onDisk is the program in a file system for CDs, as far as it is looked at.
func onDisk(program []byte) []byte {
	const root, boot, file = 20, 21, 23
	b := make([]byte, file*isoSector)
	b[510], b[511] = 0x55, 0xaa
	copy(b[isoVolume:], "\x01"+isoMagic)
	record := func(at int, name string, extent, size uint32) int {
		n := (isoRecord + len(name) + 1) &^ 1
		b[at] = byte(n)
		le.PutUint32(b[at+2:], extent)
		le.PutUint32(b[at+10:], size)
		b[at+32] = byte(len(name))
		copy(b[at+33:], name)
		return at + n
	}
	record(isoVolume+156, "\x00", root, isoSector)
	at := record(root*isoSector, "\x00", root, isoSector)
	at = record(at, "BOOT.CAT;1", 1, 1)
	record(at, "BOOT", boot, 2*isoSector)
	record(boot*isoSector, "GRUB", 1, 1)
	record((boot+1)*isoSector, "TAMAGOTA.ELF;1", file, uint32(len(program)))
	return append(b, program...)
}

func find(t *testing.T, b []byte) *Place {
	t.Helper()
	p, err := Find(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// In each kind of file the block is found, and what is written to it is in the memory that the
// loader fills, at the address where the kernel looks.
func TestFind(t *testing.T) {
	c, err := Parse("", []byte("A=1\nb c\n"))
	if err != nil {
		t.Fatal(err)
	}
	img := packed(t, program(true))
	for kind, b := range map[string][]byte{
		"a program":                 program(true),
		"an image for the boot ROM": img,
		"a card":                    onCard(t, img),
		"a disk for PCs":            onDisk(program(true)),
	} {
		p := find(t, b)
		if p.Kind != kind || p.Signed {
			t.Errorf("%s: %s, signed %v", kind, p.Kind, p.Signed)
		}
		if old, err := p.Read(); err != nil || len(old.Words()) > 0 {
			t.Errorf("%s: %q, %v", kind, old, err)
		}
		if err := p.Write(c); err != nil {
			t.Fatal(err)
		}
		copy(b[p.At:], p.Block)
		if got, err := find(t, b).Read(); err != nil || !equal(got, c) {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
		if kind == "a card" {
			rom, err := bootrom.FromCard(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := bootconfig.Text(rom.Bytes[linkAt+blockAt-rom.Addr:], linkAt+blockAt); text != "A=1 b c" || err != nil {
				t.Errorf("the boot ROM loads %q, %v", text, err)
			}
		}
		b[p.At+32] ^= 1
		if _, err := find(t, b).Read(); err == nil || !strings.Contains(err.Error(), "the checksum is") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// What a signature covers is shown, and not changed.
func TestSigned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if err := sign.MakeKeys(dir); err != nil {
		t.Fatal(err)
	}
	img := packed(t, program(true))
	p := find(t, img)
	c := &Config{Arguments: []string{"signed"}}
	if err := p.Write(c); err != nil {
		t.Fatal(err)
	}
	copy(img[p.At:], p.Block)
	signed, err := armory.Read(img, dir, sign.Card)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"image": signed.File, "card": onCard(t, signed.File)} {
		p := find(t, b)
		got, err := p.Read()
		if !p.Signed || err != nil || !equal(got, c) {
			t.Errorf("%s: signed %v, %q, %v", name, p.Signed, got, err)
		}
		before := bytes.Clone(p.Block)
		if err := p.Write(&Config{}); !errors.Is(err, ErrSigned) || !bytes.Equal(p.Block, before) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Where there is room for signatures and none.
	if find(t, append(img, make([]byte, 0x4000)...)).Signed {
		t.Error("zeros are a signature")
	}
}

// What is no image, or none with a block, is one line.
func TestNotFound(t *testing.T) {
	none := packed(t, program(false))
	long := onCard(t, none)
	le.PutUint32(long[imx.CardOffset+36:], 64<<20)
	empty := onCard(t, none)
	clear(empty[imx.CardOffset:])
	lost := onDisk(program(true))
	copy(lost[22*isoSector+33:], "OTHER")
	loop := onDisk(program(true))
	loop[20*isoSector] = 0
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":              {nil, "neither a card, nor"},
		"text":               {[]byte("some text"), "neither a card, nor"},
		"other disk":         {empty, "neither a card, nor"},
		"no block in ELF":    {program(false), bootconfig.ErrNone.Error()},
		"no block in image":  {none, bootconfig.ErrNone.Error()},
		"no block on card":   {onCard(t, none), bootconfig.ErrNone.Error()},
		"cut ELF":            {program(true)[:0x3000], "truncated?"},
		"cut image":          {none[:0x3000], "truncated?"},
		"cut card":           {onCard(t, none)[:0x3000], "truncated?"},
		"long image":         {long, "an image of 65535 KiB: at most 32768 are possible"},
		"only headers":       {program(true)[:20], "the program: "},
		"disk without":       {lost, "it has no /boot/tamagotake.elf"},
		"disk without names": {loop, "it has no /boot/tamagotake.elf"},
		"cut disk":           {onDisk(nil)[:20*isoSector], "truncated?"},
		"disk with half":     {onDisk(program(true)[:0x3000]), "truncated?"},
	} {
		if _, err := Find(bytes.NewReader(c.b), int64(len(c.b))); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Whatever a file or a disk has, the search ends, and what it finds lies in it.
func FuzzFind(f *testing.F) {
	f.Add(program(true))
	img := packed(f, program(true))
	f.Add(img)
	f.Add(append(onCard(f, img)[:imx.CardOffset], append(img, make([]byte, 0x4000)...)...))
	f.Add(onDisk(program(true)))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Find(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			return
		}
		if p.At < 0 || p.At > int64(len(b)-bootconfig.Size) || !bytes.Equal(b[p.At:p.At+bootconfig.Size], p.Block) {
			t.Errorf("%s at %d of %d", p.Kind, p.At, len(b))
		}
		p.Read()
	})
}
