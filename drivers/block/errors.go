package block

import (
	"strconv"

	"github.com/tamagotake/tamagotake/drivers"
)

// Reason is why a request failed. A number, since a driver at real-time level cannot
// store an error.
type Reason uint8

const (
	OK          Reason = iota
	Failed             // the device reports an error of the medium or of the transfer
	Unsupported        // the device does not know the operation
	TimedOut           // the device did not answer in time
	Impossible         // the device said what cannot be: it is reset
	Reset              // another request's trouble made a reset necessary; try again
	Gone               // the device was removed, or could not be reset
)

var reasons = [...]string{"no error", "the device reports an error", "the device does not support it",
	"the device did not answer in time", "the device answered what cannot be, and was reset",
	"the device was reset", "the device is gone"}

func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r]
	}
	return "unknown reason"
}

// Error is how a request failed at the device. Its text is one line, for people.
type Error struct {
	Device   string
	Op       Op
	Sector   uint64
	Reason   Reason
	Register string // which register or field said so, "" if none did
	Value    uint32 // what was in it
}

func (e *Error) Error() string {
	text := e.Device + ": " + e.Op.String()
	if e.Op != Flush {
		text += " of sector " + strconv.FormatUint(e.Sector, 10)
	}
	text += ": " + e.Reason.String()
	if e.Register != "" {
		text += " (" + e.Register + " 0x" + strconv.FormatUint(uint64(e.Value), 16) + ")"
	}
	return text
}

// Unwrap returns it as the [drivers.Error] of any device.
func (e *Error) Unwrap() error {
	if class := e.class(); class != nil {
		return &drivers.Error{Device: e.Device, Register: e.Register, Value: uint64(e.Value), Err: class}
	}
	return nil
}

func (e *Error) class() error {
	switch e.Reason {
	case Failed, Unsupported:
		return drivers.ErrFailed
	case TimedOut:
		return drivers.ErrTimeout
	case Impossible:
		return drivers.ErrImpossible
	case Reset:
		return drivers.ErrDown
	case Gone:
		return drivers.ErrAbsent
	}
	return nil
}
