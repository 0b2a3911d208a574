//go:build tamago && stockgo

package main

import (
	"math"
	"runtime/goos"
)

// This image programs the timer by itself, so the scheduler must not: goroutines run until
// they yield. A turn that was asked for already is taken back, or hal would program the timer
// for it at the end of each interrupt.
func init() {
	goos.Turn(math.MaxInt64)
	goos.Turn = nil
}
