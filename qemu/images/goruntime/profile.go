//go:build tamago

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// profiles: a CPU profile has a hundred samples for each second of computing, none of the time
// in which the processor was halted, and says where they were taken.
func profiles() {
	var file bytes.Buffer
	if err := pprof.StartCPUProfile(&file); err != nil {
		check.Report(false, "start of the profile: %v", err)
		return
	}
	busyForProfile(1e9)
	time.Sleep(2 * time.Second)
	pprof.StopCPUProfile()
	z, err := gzip.NewReader(&file)
	if err != nil {
		check.Report(false, "profile: %v", err)
		return
	}
	data, err := io.ReadAll(z)
	samples := profileSamples(data)
	check.Report(err == nil && bytes.Contains(data, []byte("main.busyForProfile")) && samples >= 80 && samples <= 120,
		"a CPU profile of a second of computing, and two of sleep: %d samples", samples)

	before := timerInterrupts()
	compute(1e9)
	n := timerInterrupts() - before
	check.Report(n <= 5, "%d timer interrupts in a second without a profile", n)
}

//go:noinline
func busyForProfile(ns int64) { compute(ns) }

// profileSamples adds up the first value of each sample of a profile: a message of the
// protocol-buffer format (github.com/google/pprof, profile.proto: Profile.sample is field 2,
// Sample.value field 2, of which package pprof writes two, one by one).
func profileSamples(profile []byte) (n uint64) {
	fields(profile, func(field uint64, sample []byte, _ uint64) {
		if field != 2 {
			return
		}
		first := true
		fields(sample, func(f uint64, _ []byte, value uint64) {
			if f == 2 && first {
				first = false
				n += value
			}
		})
	})
	return n
}

// fields calls f for each field of a message: with its bytes, or its number.
func fields(message []byte, f func(field uint64, data []byte, number uint64)) {
	for len(message) > 0 {
		key, n := binary.Uvarint(message)
		message = message[n:]
		value, n := binary.Uvarint(message)
		message = message[n:]
		if key&7 == 2 {
			f(key>>3, message[:value], 0)
			message = message[value:]
		} else {
			f(key>>3, nil, value)
		}
	}
}

// collects: two minutes after the last collection there is another, when the machine is not
// quite idle, and when a goroutine computes beside another. (Time is the machine's, which is
// idle, so it goes by at once.)
func collects() {
	runtime.GC()
	before := collections()
	time.Sleep(119 * time.Second)
	early := collections() - before
	time.Sleep(2 * time.Second)
	for end := platform.Now() + 10e9; collections() == before && platform.Now() < end; {
		time.Sleep(time.Millisecond) // it takes a while
	}
	check.Report(early == 0 && collections() == before+1, "%d collections after 119 s without any, %d after 121 s", early, collections()-before)
}
