//go:build !tamago

package hal

import (
	"errors"
	"time"
)

// SetDate is an error: below an operating system the date is that of the system.
func SetDate(time.Time) error { return errors.ErrUnsupported }
