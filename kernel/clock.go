//go:build tamago

package kernel

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
	"github.com/tamagotake/tamagotake/hal"
)

// Clock is a clock that goes on while the machine is off.
type Clock interface {
	Read() (time.Time, error)
	Set(time.Time) error
}

// Seconds tells when a clock's second begins.
type Seconds interface {
	Updates(on bool)
	Events() *hwtimer.Source // to await
	Take() uint32
}

// RealTimeClock returns the machine's clock, and what tells of its seconds, nil if nothing does.
func RealTimeClock() (Clock, Seconds) { return theClock, theSeconds }

// dateStart gives the Go runtime the date, so that time.Now has it. A clock that has none, or
// one before the image was built, has lost its battery: time goes on from the build.
func dateStart() {
	if t, err := theClock.Read(); err == nil && t.After(time.Now()) {
		hal.SetDate(t)
	}
}
