//go:build tamago && stockgo

package main

import "runtime/goos"

// This image programs the timer by itself, so the scheduler must not: goroutines run until
// they yield.
func init() { goos.Turn = nil }
