//go:build !tamago

package platform

import "time"

var start = time.Now()

// Clock stands for the machine's clock. A test sets it.
var Clock = func() int64 { return int64(time.Since(start)) }

// Now is the monotonic clock in nanoseconds since about the start.
func Now() (ns int64) { return Clock() }
