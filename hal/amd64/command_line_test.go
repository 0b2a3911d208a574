//go:build !tamago && amd64 && linux

package amd64

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

const commandLineSize = 4096

// The start takes the command line over, as much as there is room for, and leaves the image's own
// if there is none.
func TestCommandLine(t *testing.T) {
	b, addr := low(t)
	le := binary.LittleEndian
	const textAt, place = 0x4000, 0x8000
	write := func(s string) { copy(b[textAt:], s+"\x00") }
	byPVH := func() (magic, info uint32) {
		magic, info = pvh(b, addr, nil)
		le.PutUint64(b[24:], uint64(addr)+textAt)
		return magic, info
	}
	// Tags: the name of the boot loader, of an odd size; the command line; the last.
	byMultiboot := func(s string) (magic, info uint32) {
		noise(b)
		le.PutUint32(b[8:], 2)
		le.PutUint32(b[12:], 13)
		at := 24
		le.PutUint32(b[at:], 1)
		le.PutUint32(b[at+4:], uint32(8+len(s)+1))
		copy(b[at+8:], s+"\x00")
		at += (8 + len(s) + 1 + 7) &^ 7
		le.PutUint32(b[at:], 0)
		le.PutUint32(b[at+4:], 8)
		le.PutUint32(b, uint32(at+8))
		return multiboot, addr
	}
	got := func(magic, info uint32) string {
		copy(b[place:], "the image's own\x00")
		b[place+commandLineSize] = 0x5a
		copyCommandLine(magic, info, addr+place)
		if b[place+commandLineSize] != 0x5a {
			t.Error("written behind the place")
		}
		text, _, _ := bytes.Cut(b[place:place+commandLineSize], []byte{0})
		return string(text)
	}
	long := strings.Repeat("x", commandLineSize-1)
	for text, want := range map[string]string{
		"a":                    "a",
		"-test.run=^A$ -v 'x'": "-test.run=^A$ -v 'x'",
		"":                     "the image's own",
		long:                   long,
		long + "y":             long,
	} {
		magic, info := byPVH()
		write(text)
		if s := got(magic, info); s != want {
			t.Errorf("PVH, %d bytes: %d bytes, %.40q", len(text), len(s), s)
		}
		if s := got(byMultiboot(text)); s != want {
			t.Errorf("Multiboot2, %d bytes: %d bytes, %.40q", len(text), len(s), s)
		}
	}
	for name, set := range map[string]func() (magic, info uint32){
		"nothing":           func() (uint32, uint32) { return 0, 0 },
		"no address":        func() (uint32, uint32) { m, i := byPVH(); le.PutUint64(b[24:], 0); return m, i },
		"above 4 GiB":       func() (uint32, uint32) { m, i := byPVH(); b[28] = 1; return m, i },
		"other magic":       func() (uint32, uint32) { m, i := byPVH(); b[0] = 0; return m, i },
		"no tag":            func() (uint32, uint32) { m, i := byMultiboot("x"); le.PutUint32(b[24:], 7); return m, i },
		"behind the last":   func() (uint32, uint32) { m, i := byMultiboot("x"); le.PutUint32(b[8:], 0); return m, i },
		"a tag of no size":  func() (uint32, uint32) { m, i := byMultiboot("x"); le.PutUint32(b[12:], 0); return m, i },
		"tags that are cut": func() (uint32, uint32) { m, i := byMultiboot("x"); le.PutUint32(b, 16); return m, i },
	} {
		if s := got(set()); s != "the image's own" {
			t.Errorf("%s: %.40q", name, s)
		}
	}
}
