//go:build tamago && !stockgo

package hal

import "time"

// SetDate does nothing: the TamaGo distribution's runtime has one clock for the date and
// for what waits, and that is [Now].
func SetDate(t time.Time) error { return nil }
