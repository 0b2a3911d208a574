// Package drivers is what all drivers say when something is wrong, in the same words.
//
// The drivers themselves are below: a package for each device.
package drivers

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/tamagotake/tamagotake/rt/timer"
)

// What can be wrong with a device. An [Error] is one of these, for errors.Is.
var (
	// ErrTimeout: the device did not answer in time. Its Timeout method says true, and it
	// is a timer.ErrTimeout as well.
	ErrTimeout error = timeoutError{}
	// ErrFailed: the device itself says that it failed.
	ErrFailed = errors.New("the device reports an error")
	// ErrImpossible: the device said what cannot be; nothing else that it says is to be
	// believed until it is reset.
	ErrImpossible = errors.New("the device reports an impossible state")
	// ErrAbsent: there is no such device, or no longer.
	ErrAbsent = errors.New("there is no device")
	// ErrDown: the driver's task has ended, and is not, or not yet, started again.
	ErrDown = errors.New("the driver is not running")
)

type timeoutError struct{}

func (timeoutError) Error() string { return "no answer in time" }
func (timeoutError) Timeout() bool { return true }

func (timeoutError) Is(target error) bool { return target == timer.ErrTimeout }

// Error is what went wrong at a device, and which register said so. Its text is one line for
// people. It is made at thread level: a real-time task records the fields.
//
//	uart1: STATUS 0x82: the device reports an error
//	rng: no answer in time
type Error struct {
	Device   string
	Register string // "" if none said so
	Value    uint64 // what was in it
	Err      error  // one of those above, or what else it is because of
}

func (e *Error) Error() string {
	text := e.Device + ": "
	if e.Register != "" {
		text += e.Register + " 0x" + strconv.FormatUint(e.Value, 16) + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes the [Error] of a device whose text is longer than a register and its value. With %w
// the format names one of the errors above, or another.
func Errorf(device, format string, args ...any) error {
	return &Error{Device: device, Err: fmt.Errorf(format, args...)}
}
