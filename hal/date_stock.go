//go:build tamago && stockgo

package hal

import (
	"fmt"
	"time"
	_ "unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// The dates that the runtime's clock can hold: nanoseconds since 1970 in 63 bits end in April
// 2262, and some months are left for the machine to run in.
var dateMin, dateMax = time.Unix(0, 0), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)

// SetDate says what the date is, for time.Now of the Go runtime. [platform.Now], and what waits by it,
// is not changed. A date before 1970, or after 2261, is an error, and changes nothing. Thread
// level.
func SetDate(t time.Time) error {
	if t.Before(dateMin) || !t.Before(dateMax) {
		return fmt.Errorf("the runtime's clock cannot be set to the year %d: 1970 to 2261", t.UTC().Year())
	}
	setWall(t.UnixNano() - platform.Now())
	return nil
}

// setWall sets what the runtime adds to its clock for the date. Provided by boot/port.
//
//go:linkname setWall runtime.portSetWall
func setWall(offsetNS int64)
