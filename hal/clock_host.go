//go:build !tamago

package hal

import "time"

var start = time.Now()

// Clock stands for the machine's clock. A test sets it.
var Clock = func() int64 { return int64(time.Since(start)) }

// Alarm stands for the machine's one-shot timer. A test sets it.
var Alarm = func(atNS int64) {}

// Now is the monotonic clock in nanoseconds since about the start.
func Now() (ns int64) { return Clock() }

// SetAlarm asks for an interrupt of the timer line at atNS, math.MaxInt64 for none.
func SetAlarm(atNS int64) { Alarm(atNS) }
