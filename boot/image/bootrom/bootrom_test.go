package bootrom

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// card is a card written out by hand: IVT at 0x400, DCD behind the boot data, a program
// of one word at 0x1000.
func card() []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	c := make([]byte, 0x400, 0x2000)
	for _, v := range []uint32{0x402000d1, 0x80010000, 0, 0x8000f42c, 0x8000f420, 0x8000f400, 0, 0} {
		c = le.AppendUint32(c, v)
	}
	for _, v := range []uint32{0x8000f000, 0x2000, 0} {
		c = le.AppendUint32(c, v)
	}
	for _, v := range []uint32{0xd2001c40, 0xcc001404, 0x021b0000, 0x84180000, 0x021b0040, 0x4f, 0xc0000400} {
		c = be.AppendUint32(c, v)
	}
	c = append(c, make([]byte, 0x2000-len(c))...)
	copy(c[0x1000:], "code")
	return c
}

func TestFromCard(t *testing.T) {
	b, err := FromCard(bytes.NewReader(card()))
	if err != nil {
		t.Fatal(err)
	}
	if b.Entry != 0x80010000 || b.Addr != 0x8000f000 || len(b.Bytes) != 0x2000 || string(b.Bytes[0x1000:0x1004]) != "code" {
		t.Errorf("entry %#x, %d bytes at %#x", b.Entry, len(b.Bytes), b.Addr)
	}
	if len(b.Writes) != 2 || b.Writes[1] != (Write{0x021b0040, 0x4f}) {
		t.Errorf("%x", b.Writes)
	}
}

// A model that takes everything would prove nothing.
func TestRefusals(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	for _, c := range []struct {
		name   string
		change func(c []byte) []byte
		want   string
	}{
		{"short", func(c []byte) []byte { return c[:100] }, "reading the first 4096 bytes"},
		{"no IVT", func(c []byte) []byte { c[0x400] = 0; return c }, "no image vector table at 0x400"},
		{"no entry", func(c []byte) []byte { le.PutUint32(c[0x404:], 0); return c }, "no entry"},
		{"entry outside", func(c []byte) []byte { le.PutUint32(c[0x404:], 0x80012000); return c }, "entry 0x80012000 is outside"},
		{"DCD far away", func(c []byte) []byte { le.PutUint32(c[0x40c:], 0x80010000); return c }, "DCD at 0xc00 from the IVT"},
		{"boot data far away", func(c []byte) []byte { le.PutUint32(c[0x410:], 0x80010000); return c }, "boot data at 0xc00"},
		{"other self", func(c []byte) []byte { le.PutUint32(c[0x420:], 0x80000000); return c }, "loads it to 0x80000400"},
		{"card too short", func(c []byte) []byte { return c[:0x1800] }, "the card ends after 6144 bytes, the boot data says 8192"},
		{"plugin", func(c []byte) []byte { c[0x428] = 1; return c }, "plugin"},
		{"signatures outside", func(c []byte) []byte { le.PutUint32(c[0x418:], 0x80020000); return c }, "signatures at 0x80020000"},
		{"DCD too long", func(c []byte) []byte { be.PutUint16(c[0x42d:], 1769); return c }, "DCD: 1769 bytes, at most 1768"},
		{"DCD's header", func(c []byte) []byte { c[0x42c] = 0xd1; return c }, "DCD: header d1"},
		{"check command", func(c []byte) []byte { c[0x430] = 0xcf; return c }, "command 0xcf: not modelled"},
		{"command too long", func(c []byte) []byte { be.PutUint16(c[0x431:], 400); return c }, "does not fit"},
		{"width", func(c []byte) []byte { c[0x433] = 2; return c }, "parameter 0x2"},
		{"forbidden register", func(c []byte) []byte { be.PutUint32(c[0x434:], 0x021bc400); return c }, "write to 0x21bc400 is not allowed"},
		{"memory off", func(c []byte) []byte { be.PutUint32(c[0x438:], 0); return c }, "no memory at 0x8000f000-0x80010fff (DDR enabled: false"},
		{"memory too small", func(c []byte) []byte { be.PutUint32(c[0x440:], 0x3f); return c }, "no memory at 0x8000f000-0x80010fff (DDR enabled: true, up to 0x80000000)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := FromCard(bytes.NewReader(c.change(card()))); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// Whatever is on the card, the model ends.
func FuzzFromCard(f *testing.F) {
	f.Add(card())
	f.Fuzz(func(t *testing.T, c []byte) {
		le := binary.LittleEndian
		if len(c) > 0x428 && le.Uint32(c[0x424:]) > 1<<20 {
			le.PutUint32(c[0x424:], 1<<20) // what the model would allocate
		}
		if b, err := FromCard(bytes.NewReader(c)); err == nil && b.Entry-b.Addr >= uint32(len(b.Bytes)) {
			t.Errorf("entry %#x of %d bytes at %#x", b.Entry, len(b.Bytes), b.Addr)
		}
	})
}
