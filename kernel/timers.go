//go:build tamago

package kernel

import "github.com/tamagotake/tamagotake/rt/task"

// HardwareTimer is a timer beside the system's, which no task uses by itself.
type HardwareTimer struct {
	Name  string
	Err   error // why it cannot be used
	Timer interface {
		Start(delayNS, periodNS int64) error
		Stop()
		Take(w task.Waker) uint32
		Stat() (events, missed uint64)
	}
}

// HardwareTimers returns the timers of the machine.
func HardwareTimers() []HardwareTimer { return hardwareTimers }
