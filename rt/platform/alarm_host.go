//go:build !tamago && !parkers

package platform

// Alarm stands for the machine's one-shot timer. A test sets it.
var Alarm = func(atNS int64) {}

// SetAlarm asks for an interrupt of the timer line at atNS, math.MaxInt64 for none.
func SetAlarm(atNS int64) { Alarm(atNS) }
