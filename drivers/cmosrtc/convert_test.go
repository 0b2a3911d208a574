//go:build !tamago

package cmosrtc

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var formats = []uint8{0, b24, bBinary, b24 | bBinary}

func drawTime(t *rapid.T) time.Time {
	first := time.Date(yearLeast, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(yearMost+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix() - 1
	return time.Unix(rapid.Int64Range(first, last).Draw(t, "time"), 0).UTC()
}

// What is encoded decodes to the same, in each of the four formats.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawTime(t)
		for _, f := range formats {
			r, err := encode(want, f)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.decode(); err != nil || !got.Equal(want) {
				t.Fatalf("format %#x: %v became %+v and %v, %v", f, want, r, got, err)
			}
		}
	})
}

// The values of the data sheet: table of time, calendar and alarm data modes.
func TestFormats(t *testing.T) {
	at := time.Date(1982, 2, 15, 5+12, 58, 21, 0, time.UTC)
	for f, want := range map[uint8]registers{
		0:             {0x21, 0x58, 0x85, 0x15, 0x02, 0x82, 0x19, 0x02, 0},
		b24:           {0x21, 0x58, 0x17, 0x15, 0x02, 0x82, 0x19, 0x02, b24},
		bBinary:       {0x15, 0x3a, 0x85, 0x0f, 0x02, 0x52, 0x13, 0x02, bBinary},
		b24 | bBinary: {0x15, 0x3a, 0x11, 0x0f, 0x02, 0x52, 0x13, 0x02, b24 | bBinary},
	} {
		if got, err := encode(at, f); err != nil || got != want {
			t.Errorf("format %#x: %+v, %v; want %+v", f, got, err, want)
		}
	}
	for hour, want := range map[int]uint8{0: 0x12, 1: 0x01, 11: 0x11, 12: 0x92, 13: 0x81, 23: 0x91} {
		r, _ := encode(time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC), 0)
		if r.hour != want {
			t.Errorf("%d o'clock is %#x, want %#x", hour, r.hour, want)
		}
	}
}

// Without a century that can be, the year says which.
func TestCentury(t *testing.T) {
	for _, c := range []struct {
		century, year uint8
		want          int
	}{{0, 0x26, 2026}, {0xff, 0x70, 1970}, {0x99, 0x69, 2069}, {0x20, 0x99, 2099}, {0x19, 0x00, 1900}, {0x21, 0x05, 2105}} {
		r := registers{day: 1, month: 1, year: c.year, century: c.century, format: b24}
		if got, err := r.decode(); err != nil || got.Year() != c.want {
			t.Errorf("century %#x, year %#x: %v, %v", c.century, c.year, got, err)
		}
	}
}

func TestYearsThatCannotBeSet(t *testing.T) {
	for _, y := range []int{-1, 0, yearLeast - 1, yearMost + 1, 10000} {
		if _, err := encode(time.Date(y, 6, 1, 0, 0, 0, 0, time.UTC), b24); err == nil {
			t.Errorf("%d was taken", y)
		}
	}
}

// Whatever the registers hold is a date, which encodes to the same registers, or an error.
func FuzzDecode(f *testing.F) {
	f.Add(uint8(0x59), uint8(0x59), uint8(0x23), uint8(0x31), uint8(0x12), uint8(0x99), uint8(0x20), uint8(b24))
	f.Add(uint8(0x00), uint8(0x00), uint8(0x92), uint8(0x29), uint8(0x02), uint8(0x24), uint8(0x20), uint8(0))
	f.Add(uint8(0xff), uint8(0xff), uint8(0xff), uint8(0xff), uint8(0xff), uint8(0xff), uint8(0xff), uint8(0xff))
	f.Fuzz(func(t *testing.T, s, m, h, d, mo, y, c, format uint8) {
		r := registers{second: s, minute: m, hour: h, day: d, month: mo, year: y, century: c, format: format & bFormat}
		at, err := r.decode()
		if err != nil {
			return
		}
		back, err := encode(at, format)
		if err != nil {
			t.Fatalf("%+v is %v: %v", r, at, err)
		}
		r.weekday = back.weekday
		if back.century != r.century { // it was guessed
			r.century = back.century
		}
		if back != r {
			t.Fatalf("%+v is %v, which is %+v", r, at, back)
		}
	})
}
