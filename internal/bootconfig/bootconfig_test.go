package bootconfig

import (
	"bytes"
	"encoding/binary"
	hash "hash/crc32"
	"slices"
	"strings"
	"testing"
)

const addr = 0x80412340

// linked is a block as the linker leaves it.
func linked() []byte {
	b := make([]byte, Size)
	copy(b, Magic)
	binary.LittleEndian.PutUint64(b[16:], addr)
	return b
}

// What is set is read back, and as the page of the package says it lies; what was there before is gone.
func TestSetText(t *testing.T) {
	b := linked()
	if text, err := Text(b, addr); text != "" || err != nil {
		t.Errorf("without a text: %q, %v", text, err)
	}
	for _, want := range []string{strings.Repeat("x", TextMax), "A=1 é '\ufffd'", ""} {
		if err := SetText(b, want); err != nil {
			t.Fatal(err)
		}
		if text, err := Text(b, addr); text != want || err != nil {
			t.Errorf("%q becomes %q, %v", want, text, err)
		}
		le := binary.LittleEndian
		if !bytes.HasPrefix(b, linked()[:24]) || int(le.Uint32(b[24:])) != len(want) || le.Uint32(b[28:]) != hash.ChecksumIEEE([]byte(want)) ||
			string(b[32:]) != want+strings.Repeat("\x00", 4096-len(want)) {
			t.Errorf("%q is not where it belongs", want)
		}
	}
	for text, want := range map[string]string{
		strings.Repeat("x", TextMax+1): "4096 bytes: at most 4095",
		"a\nb":                         `byte 1: "\n" cannot be printed`,
		"a\x00":                        `byte 1: "\x00" cannot be printed`,
		"é\xff":                        `byte 2: "\xff" cannot be printed`,
		"\u202e":                       `byte 0: "\u202e" cannot be printed`,
	} {
		if err := SetText(b, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.9q: %v, want %s", text, err, want)
		}
	}
	if text, err := Text(b, addr); text != "" || err != nil {
		t.Errorf("what was refused is there: %q, %v", text, err)
	}
}

// Whatever a medium or a tool has done to a block, its text is not used.
func TestDamage(t *testing.T) {
	le := binary.LittleEndian
	for name, c := range map[string]struct {
		change func(b []byte) []byte
		want   string
	}{
		"short":     {func(b []byte) []byte { return b[:Size-1] }, "there is no configuration block"},
		"magic":     {func(b []byte) []byte { b[15] = '2'; return b }, "there is no configuration block"},
		"address":   {func(b []byte) []byte { b[16]++; return b }, "block of address 0x80412341 is at 0x80412340"},
		"size":      {func(b []byte) []byte { le.PutUint32(b[24:], 4096); return b }, "4096 bytes: at most 4095"},
		"huge size": {func(b []byte) []byte { le.PutUint32(b[24:], 1<<32-1); return b }, "4294967295 bytes: at most 4095"},
		"less":      {func(b []byte) []byte { b[24]--; return b }, "the checksum is"},
		"more":      {func(b []byte) []byte { b[24]++; return b }, "the checksum is"},
		"none":      {func(b []byte) []byte { b[24] = 0; return b }, "the checksum is 0x00000000, not"},
		"text":      {func(b []byte) []byte { b[33] ^= 1; return b }, "the checksum is"},
		"zeros":     {func(b []byte) []byte { clear(b[32:]); return b }, "the checksum is"},
		"no text": {func(b []byte) []byte {
			copy(b[32:], "a\tb")
			le.PutUint32(b[24:], 3)
			le.PutUint32(b[28:], hash.ChecksumIEEE([]byte("a\tb")))
			return b
		}, `byte 1: "\t" cannot be printed`},
	} {
		b := linked()
		if err := SetText(b, "A=1 b"); err != nil {
			t.Fatal(err)
		}
		if _, err := Text(c.change(b), addr); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// The block is found by its address, among texts that are alike and whole blocks of other programs.
func TestFind(t *testing.T) {
	const base, at = addr - 0x5000, 0x5000
	other := linked()
	other[17]++
	memory := append(append([]byte(Magic+Magic), other...), make([]byte, at)...)[:at]
	memory = append(append(append(memory, linked()...), other...), Magic...)
	if got, err := Find(memory, base); got != at || err != nil {
		t.Errorf("%#x, %v", got, err)
	}
	if _, err := Find(memory, base+1); err != ErrNone {
		t.Error(err)
	}
	if _, err := Find(memory[:at+Size-1], base); err != ErrNone {
		t.Errorf("a part of a block: %v", err)
	}
	second := linked()
	binary.LittleEndian.PutUint64(second[16:], base+uint64(len(memory)))
	if _, err := Find(append(memory, second...), base); err == nil || err.Error() != "there are two configuration blocks" {
		t.Error(err)
	}
}

func TestSplit(t *testing.T) {
	settings, arguments, err := Split(`A=1 b.c_='x y' =no D=2 -v`)
	if !slices.Equal(settings, []Setting{{"A", "1"}, {"b.c_", "x y"}}) || !slices.Equal(arguments, []string{"=no", "D=2", "-v"}) || err != nil {
		t.Errorf("%q, %q, %v", settings, arguments, err)
	}
	for _, word := range []string{"A", "-v=1", "1A=2", ".a=b", "a b=c", "é=1", "=", ""} {
		if _, ok := ParseSetting(word); ok {
			t.Errorf("%q is a setting", word)
		}
	}
	if _, _, err := Split("A='"); err == nil {
		t.Error("an open quote is no error")
	}
}

// Whatever is in a block, a text that is used is bounded, can be printed, and is the block's own.
func FuzzText(f *testing.F) {
	b := linked()
	f.Add(bytes.Clone(b))
	if err := SetText(b, "A=1 'b c'"); err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := Text(b, addr)
		if err != nil {
			return
		}
		if len(text) > TextMax || CheckText(text) != nil {
			t.Errorf("%q", text)
		}
		again := linked()
		if err := SetText(again, text); err != nil || !bytes.Equal(again[:32+len(text)], b[:32+len(text)]) {
			t.Errorf("%q is another block, %v", text, err)
		}
		if at, err := Find(b, addr); at != 0 || err != nil {
			t.Errorf("not found: %v", err)
		}
	})
}
