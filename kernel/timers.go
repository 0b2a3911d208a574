package kernel

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers/hwtimer"
)

// HardwareTimer is a timer beside the system's, which no task uses by itself.
type HardwareTimer struct {
	Name  string
	Err   error // why it cannot be used
	Timer interface {
		Start(delay, period time.Duration) error
		Stop()
		Events() *hwtimer.Source // to await
		Take() uint32
		Stat() (events, missed uint64)
	}
}

// HardwareTimers returns the timers of the machine.
func HardwareTimers() []HardwareTimer { return hardwareTimers }
