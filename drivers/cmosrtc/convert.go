//go:build amd64 || !tamago

package cmosrtc

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
)

// registers is a date as the device holds it.
type registers struct {
	second, minute, hour, day, month, year, century uint8
	weekday                                         uint8
	format                                          uint8 // of register B: bBinary, b24
}

// Register B (MC146818 "Register B").
const (
	bSet    = 1 << 7 // no updates: the date is being set
	bUpdate = 1 << 4 // UIE: interrupt when an update has ended
	b24     = 1 << 1 // hours 0 to 23, not 1 to 12 with a bit for the afternoon
	bBinary = 1 << 2 // DM: not BCD
	bFormat = b24 | bBinary

	afternoon = 1 << 7 // of the hour
)

// decode makes a time of what the device holds. The error says which register holds what
// cannot be.
func (r registers) decode() (time.Time, error) {
	hour, pm := r.hour, false
	if r.format&b24 == 0 {
		hour, pm = hour&^afternoon, hour&afternoon != 0
	}
	var v [7]int
	for i, f := range [7]struct {
		name        string
		at          uint8
		raw         uint8
		least, most int
	}{
		{"seconds", second, r.second, 0, 59},
		{"minutes", minute, r.minute, 0, 59},
		{"hours", hours, hour, 0, 23},
		{"day of the month", day, r.day, 1, 31},
		{"month", month, r.month, 1, 12},
		{"year", year, r.year, 0, 99},
		{"century", century, r.century, 0, 99},
	} {
		n, ok := int(f.raw), true
		if r.format&bBinary == 0 {
			n, ok = fromBCD(f.raw)
		}
		if f.at == hours && r.format&b24 == 0 {
			f.least, f.most = 1, 12
		}
		if f.at == century && (!ok || n < centuryLeast || n > centuryMost) {
			n = guessCentury(v[5]) // the register is a convention, and not on every board
		} else if !ok || n < f.least || n > f.most {
			return time.Time{}, drivers.Errorf("cmosrtc", "%s (register %#02x) hold %#02x", f.name, f.at, f.raw)
		}
		v[i] = n
	}
	if r.format&b24 == 0 {
		v[2] %= 12
		if pm {
			v[2] += 12
		}
	}
	t := time.Date(v[6]*100+v[5], time.Month(v[4]), v[3], v[2], v[1], v[0], 0, time.UTC)
	if t.Day() != v[3] {
		return time.Time{}, drivers.Errorf("cmosrtc", "day of the month (register %#02x) holds %d, a day that month %d of %d does not have", day, v[3], v[4], v[6]*100+v[5])
	}
	return t, nil
}

// Centuries that the register is believed to hold, and the years that it can be set to.
const (
	centuryLeast = 19
	centuryMost  = 29

	yearLeast = centuryLeast * 100
	yearMost  = centuryMost*100 + 99
)

// guessCentury takes two digits for the year that is nearest to when such clocks were
// made: 1970 to 2069.
func guessCentury(year int) int {
	if year >= 70 {
		return 19
	}
	return 20
}

// encode is the other way, in the format that the device has.
func encode(t time.Time, format uint8) (registers, error) {
	t = t.UTC()
	if t.Year() < yearLeast || t.Year() > yearMost {
		return registers{}, drivers.Errorf("cmosrtc", "the year %d cannot be set: %d to %d", t.Year(), yearLeast, yearMost)
	}
	code := toBCD
	if format&bBinary != 0 {
		code = func(n int) uint8 { return uint8(n) }
	}
	hour := code(t.Hour())
	if format&b24 == 0 {
		hour = code((t.Hour()+11)%12 + 1)
		if t.Hour() >= 12 {
			hour |= afternoon
		}
	}
	return registers{
		second: code(t.Second()), minute: code(t.Minute()), hour: hour,
		day: code(t.Day()), month: code(int(t.Month())),
		year: code(t.Year() % 100), century: code(t.Year() / 100),
		weekday: code(int(t.Weekday()) + 1), // Sunday is 1
		format:  format & bFormat,
	}, nil
}

func fromBCD(b uint8) (n int, ok bool) {
	return int(b>>4)*10 + int(b&0xf), b>>4 <= 9 && b&0xf <= 9
}

func toBCD(n int) uint8 { return uint8(n/10<<4 | n%10) }
