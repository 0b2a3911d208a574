//go:build tamago && stockgo

package hal

import _ "unsafe"

// SetDate says that it is unixNS nanoseconds after 1970 now: for time.Now of the Go
// runtime. [Now], and what waits by it, is not changed. Thread level.
func SetDate(unixNS int64) { setWall(unixNS - Now()) }

// setWall sets what the runtime adds to its clock for the date. Provided by boot/port.
//
//go:linkname setWall runtime.portSetWall
func setWall(offsetNS int64)
