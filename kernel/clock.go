package kernel

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
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
