//go:build !tamago

package tempmon

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

const base = 0x20c8180

// device is the sensor: its registers with their set and clear halves, and the count that
// it will find.
type device struct {
	sense0, sense1 uint32
	count          uint32
	silent         bool
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	if addr-base != sense0 {
		panic("no such register")
	}
	if d.sense0&(measure|powerDown) == measure && d.sense1 == 0 && !d.silent {
		d.sense0 = d.sense0&0xff | finished | d.count<<count
	}
	return uint64(d.sense0)
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	switch addr - base {
	case sense0Set:
		d.sense0 |= uint32(val)
	case sense0Clr:
		d.sense0 &^= uint32(val)
	case sense1Clr:
		d.sense1 &^= uint32(val)
	default:
		panic("no such register")
	}
}

// The two points are what they were calibrated to, and between and beyond them it is a line.
func TestRead(t *testing.T) {
	const room, hot, hotDegrees = 1500, 1200, 105
	for n, want := range map[uint32]int32{room: 25_000, hot: 105_000, 1350: 65_000, 1600: -1_666, 1199: 105_266} {
		d := &device{sense0: powerDown, sense1: 0xffff, count: n}
		mmio.Fake = d
		var s Sensor
		if err := s.Init(base, room<<20|hot<<8|hotDegrees); err != nil {
			t.Fatal(err)
		}
		if _, done := s.Read(); done {
			t.Error("read before it was started")
		}
		s.Start()
		if milli, done := s.Read(); !done || milli != want {
			t.Errorf("count %d: %d, %v, want %d", n, milli, done, want)
		}
		if d.sense0&powerDown == 0 {
			t.Error("left on")
		}
		s.Start() // a second one begins with the first one's end
		if milli, done := s.Read(); !done || milli != want {
			t.Errorf("again: %d, %v", milli, done)
		}
	}
}

func TestSilent(t *testing.T) {
	mmio.Fake = &device{silent: true}
	var s Sensor
	if err := s.Init(base, 1500<<20|1200<<8|105); err != nil {
		t.Fatal(err)
	}
	s.Start()
	if _, done := s.Read(); done {
		t.Error("a temperature from nowhere")
	}
}

func TestCalibration(t *testing.T) {
	for _, fuses := range []uint32{0, 0xffffffff, 1200<<20 | 1500<<8 | 105, 1500<<20 | 1200<<8 | 25} {
		var s Sensor
		if err := s.Init(base, fuses); !errors.Is(err, ErrCalibration) {
			t.Errorf("%#x: %v", fuses, err)
		}
	}
}

func TestText(t *testing.T) {
	for milli, want := range map[int32]string{0: "0.0", 41_234: "41.2", 41_250: "41.3", -1_666: "-1.7", -949: "-0.9", 105_000: "105.0"} {
		if got := Text(milli); got != want {
			t.Errorf("%d: %s, want %s", milli, got, want)
		}
	}
}
