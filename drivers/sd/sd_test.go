package sd

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func register(t testing.TB, text string) (b [16]byte) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 16 {
		t.Fatalf("%q: %v", text, err)
	}
	return [16]byte(raw)
}

// Registers after the tables of SD-PL 5.3: sizes at both ends of both versions.
func TestCSD(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       CSD
	}{
		{"version 1, 4 MiB", "002600325f59e003edf7b6ef66408000", CSD{Sectors: 16 << 9, Classes: 0x5f5, Megahertz: 25}},
		{"version 1, smallest", "0000003200590000000000000000000000"[:32], CSD{Sectors: 4, Classes: 5, Megahertz: 25}},
		{"version 1, 2 GiB", "00000032005a03ffc003800000000000", CSD{Sectors: 4096 << 9 << 1, Classes: 5, Megahertz: 25}},
		{"version 2, smallest", "400000320059000000000000000000ff", CSD{Sectors: 1024, Classes: 5, Megahertz: 25}},
		{"version 2, 32 GB", "400e00325b590000edc87f800a404055", CSD{Sectors: (0xedc8 + 1) * 1024, Classes: 0x5b5, Megahertz: 25}},
		{"version 2, largest", "4000005a0059003fffff000000000000", CSD{Sectors: 1 << 32, Classes: 5, Megahertz: 50}},
		{"write-protected", "40000032005900000000000000001000", CSD{Sectors: 1024, Classes: 5, Megahertz: 25, ReadOnly: true}},
		{"reserved speed", "40000000005900000000000000000000", CSD{Sectors: 1024, Classes: 5, Megahertz: 10}},
	} {
		c, err := ParseCSD(register(t, x.text))
		if err != nil || c != x.want {
			t.Errorf("%s: %+v, %v, want %+v", x.name, c, err, x.want)
		}
	}
	for name, text := range map[string]string{
		"version 3":         "80000032005900000000000000000000",
		"version 4":         "c0000032005900000000000000000000",
		"blocks of 1 byte":  "00000032005000000000000000000000",
		"blocks of 32 KiB":  "00000032005f00000000000000000000",
		"blocks of 4096":    "00000032005c00000000000000000000",
		"nothing connected": "ffffffffffffffffffffffffffffffff",
	} {
		if c, err := ParseCSD(register(t, text)); !errors.Is(err, ErrRegister) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestCID(t *testing.T) {
	c := ParseCID(register(t, "03534453443634478012345678017600"))
	if c.Manufacturer != 3 || c.OEM != "SD" || c.Year != 2023 || c.Month != 6 || c.String() != "SD64G rev. 8.0, serial 12345678" {
		t.Errorf("%+v, %v", c, c)
	}
	if c := ParseCID([16]byte{1: 0, 2: 27, 3: '\n', 4: 0xff, 5: 'x'}); c.OEM != ".." || c.Product != "..x.." {
		t.Errorf("%+v", c)
	}
}

func TestSCR(t *testing.T) {
	for text, want := range map[string]SCR{
		"\x02\x05": {2, true, true}, "\x01\x05": {1, true, true}, "\x00\x01": {0, false, false}, "\x02\x35": {2, true, true},
	} {
		var b [8]byte
		copy(b[:], text)
		if s, err := ParseSCR(b); err != nil || s != want {
			t.Errorf("%q: %+v, %v, want %+v", text, s, err, want)
		}
	}
	for _, text := range []string{"\x12\x05", "\x02\x00", "\x02\x04", "\xff\xff"} {
		var b [8]byte
		copy(b[:], text)
		if s, err := ParseSCR(b); !errors.Is(err, ErrRegister) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
}

func TestOCR(t *testing.T) {
	for o, want := range map[OCR][2]bool{0: {}, 0x80ff8000: {true, false}, 0xc0ff8000: {true, true}, 0x40ff8000: {false, true}} {
		if got := [2]bool{o.Ready(), o.HighCapacity()}; got != want {
			t.Errorf("%#x: %v", uint32(o), got)
		}
	}
}

func TestSwitch(t *testing.T) {
	if SwitchHighSpeed(false) != 0x00fffff1 || SwitchHighSpeed(true) != 0x80fffff1 {
		t.Errorf("%#x %#x", SwitchHighSpeed(false), SwitchHighSpeed(true))
	}
	if can, does := HasHighSpeed([StatusBlockSize]byte{13: 3, 16: 0xf1}); !can || !does {
		t.Error("high speed refused")
	}
	if can, does := HasHighSpeed([StatusBlockSize]byte{13: 1, 16: 0x0f}); can || does {
		t.Error("high speed made up")
	}
}

// Whatever a card says, it is either refused or makes sense.
func FuzzRegisters(f *testing.F) {
	f.Add(make([]byte, 16))
	f.Add([]byte(strings.Repeat("\xff", 16)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 16 {
			return
		}
		c, err := ParseCSD([16]byte(b))
		switch {
		case err != nil && !errors.Is(err, ErrRegister):
			t.Fatal(err)
		case err == nil && (c.Sectors == 0 || c.Sectors > 1<<32 || c.Megahertz < 10 || c.Megahertz > 800):
			t.Fatalf("%+v", c)
		}
		for _, r := range ParseCID([16]byte(b)).String() {
			if r < ' ' || r > '~' {
				t.Fatalf("%q", ParseCID([16]byte(b)))
			}
		}
		s, err := ParseSCR([8]byte(b))
		if err != nil && !errors.Is(err, ErrRegister) || err == nil && s.HasSwitch != (s.Version > 0) {
			t.Fatalf("%+v, %v", s, err)
		}
	})
}
