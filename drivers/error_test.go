package drivers

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/timer"
)

func TestError(t *testing.T) {
	if !errors.Is(ErrTimeout, timer.ErrTimeout) || errors.Is(ErrFailed, timer.ErrTimeout) {
		t.Error("a time-out is one of package timer")
	}
	var timeout interface{ Timeout() bool }
	for want, e := range map[string]*Error{
		"uart1: STATUS 0x82: the device reports an error":     {"uart1", "STATUS", 0x82, ErrFailed},
		"rng: no answer in time":                              {Device: "rng", Err: ErrTimeout},
		"sd0: ID 0x0: the device reports an impossible state": {"sd0", "ID", 0, ErrImpossible},
		"eth0: there is no device":                            {Device: "eth0", Err: ErrAbsent},
		"blk0: the driver is not running":                     {Device: "blk0", Err: ErrDown},
	} {
		var err error = e
		if err.Error() != want || !errors.Is(err, e.Err) {
			t.Errorf("%q, want %q", err, want)
		}
		if got := errors.As(err, &timeout); got != (e.Err == ErrTimeout) || got && !timeout.Timeout() {
			t.Errorf("%v is a time-out: %v", err, got)
		}
	}
}

// Errorf makes an Error, which is what its format names.
func TestErrorf(t *testing.T) {
	err := Errorf("hpet", "no device at %#x: %w", 0xfed000, ErrAbsent)
	var e *Error
	if !errors.As(err, &e) || e.Device != "hpet" || !errors.Is(err, ErrAbsent) || err.Error() != "hpet: no device at 0xfed000: there is no device" {
		t.Errorf("%v", err)
	}
}
