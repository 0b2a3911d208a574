//go:build tamago

package main

import (
	"syscall"
	"time"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/qemu/images/check"
)

// started is the first date: the test compares it with the last commit.
var started = time.Now()

// date: it starts at the time of the build, and can be set to what it can hold.
func date() {
	check.Report(true, "started at %d", started.Unix())
	var tv syscall.Timeval
	err := syscall.Gettimeofday(&tv)
	check.Report(err == nil && time.Since(time.Unix(tv.Unix())) < time.Second, "gettimeofday: %d, %v", tv.Sec, err)

	for _, year := range []int{1970, 2026, 2157, 2158, 2261} {
		set := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		err := hal.SetDate(set)
		got := time.Now()
		check.Report(err == nil && got.Sub(set) >= 0 && got.Sub(set) < time.Second, "set to %d: %v, %v", year, got.UTC(), err)
	}
	for _, year := range []int{1969, 1, -400, 2262, 2263, 2554, 2600, 9999} {
		before := time.Now()
		err := hal.SetDate(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		moved := time.Now().Round(0).Sub(before.Round(0))
		check.Report(err != nil && moved >= 0 && moved < time.Second, "set to %d: %v", year, err)
	}
	hal.SetDate(started)
}
