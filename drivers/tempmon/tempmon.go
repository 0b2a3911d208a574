// Package tempmon reads the temperature of NXP i.MX6 chips.
//
//	Start -> the sensor counts -> Read: not yet ... count -> temperature
//
// The count falls as the temperature rises, on a line through two points that were measured
// at the factory and are in fuses. TamaGo's soc/nxp/tempmon computes the same in floating
// point; it waits for the sensor without a bound, so that a sensor that never finishes
// would hang who asks.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter 52.
package tempmon

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Registers, as offsets from the base (IMX6ULLRM 52.4).
const (
	sense0    = 0x00
	sense0Set = 0x04
	sense0Clr = 0x08
	sense1Clr = 0x18

	powerDown = 1 << 0
	measure   = 1 << 1
	finished  = 1 << 2
	count     = 8 // to 19
)

// ErrCalibration: the fuses hold no two points, as in a chip that was not calibrated.
var ErrCalibration = errors.New("the temperature sensor is not calibrated")

// Sensor is the sensor, with its calibration.
type Sensor struct {
	base       uintptr
	hotMilli   int32 // temperature of the hot point
	hot, room  int32 // counts at that, and at 25 degrees
	calibrated bool
}

const roomMilli = 25_000

// Init takes the calibration from the fuse word OCOTP_ANA1 (IMX6ULLRM 52.2). Thread level.
func (s *Sensor) Init(base uintptr, ana1 uint32) error {
	s.base = base
	s.hotMilli, s.hot, s.room = int32(ana1&0xff)*1000, int32(ana1>>8&0xfff), int32(ana1>>20)
	if s.room <= s.hot || s.hotMilli <= roomMilli {
		return ErrCalibration
	}
	s.calibrated = true
	return nil
}

// Start begins one measurement, which takes some milliseconds. Real-time and thread level.
func (s *Sensor) Start() {
	mmio.Write32(s.base+sense0Clr, powerDown|measure)
	mmio.Write32(s.base+sense1Clr, 0xffff) // once, not periodically
	mmio.Write32(s.base+sense0Set, measure)
}

// Read returns the temperature in thousandths of a degree Celsius and switches the sensor
// off; or says that the measurement is not finished. A sensor that is silent never is: the
// caller bounds how often it asks. Real-time and thread level.
func (s *Sensor) Read() (milli int32, done bool) {
	v := mmio.Read32(s.base + sense0)
	if v&finished == 0 || !s.calibrated {
		return 0, false
	}
	s.Stop()
	n := int32(v >> count & 0xfff)
	return s.hotMilli - (n-s.hot)*(s.hotMilli-roomMilli)/(s.room-s.hot), true
}

// Stop switches the sensor off. Real-time and thread level.
func (s *Sensor) Stop() { mmio.Write32(s.base+sense0Set, powerDown) }

// Text writes thousandths of a degree as people read them, to a tenth. Thread level.
func Text(milli int32) string {
	sign, tenths := "", (milli+50)/100
	if milli < 0 {
		sign, tenths = "-", (50-milli)/100
	}
	return fmt.Sprintf("%s%d.%d", sign, tenths/10, tenths%10)
}
