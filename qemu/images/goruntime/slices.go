//go:build tamago

package main

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// slices: goroutines share the processor although none yields, timers are served while one
// computes, and a goroutine that computes alone is not interrupted.
func slices() {
	// Each of several that compute gets its share.
	const computing = 4
	var rounds [computing]uint32
	var stop uint32
	done := make(chan bool)
	for n := range rounds {
		go func() {
			for load(&stop) == 0 {
				rounds[n]++
			}
			done <- true
		}()
	}
	compute(400e6)
	stop = 1
	least, most := rounds[0], rounds[0]
	for n := range rounds {
		<-done
		least, most = min(least, rounds[n]), max(most, rounds[n])
	}
	check.Report(least > 0 && most < 2*least, "%d goroutines that compute: %d rounds of the slowest, %d of the fastest", computing, least, most)

	allocating()
	marking()

	// One that is ready runs while this one computes.
	ran := uint32(0)
	go func() { ran = 1 }()
	start := platform.Now()
	for load(&ran) == 0 && platform.Now()-start < 1e9 {
	}
	late := platform.Now() - start
	check.Report(ran == 1 && late < 50e6, "a ready goroutine ran after %d ms", late/1e6)

	// Timers of every kind. One time in 61 the scheduler prefers who was just preempted, for a slice.
	var firedNS int64
	start = platform.Now()
	time.AfterFunc(10*time.Millisecond, func() { firedNS = platform.Now() })
	for loadNS(&firedNS) == 0 && platform.Now()-start < 1e9 {
	}
	late = firedNS - start
	check.Report(late >= 10e6 && late < 40e6, "AfterFunc of 10 ms after %d us of computing", late/1e3)

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	start = platform.Now()
	for ctx.Err() == nil && platform.Now()-start < 1e9 {
	}
	late = platform.Now() - start
	cancel()
	check.Report(late >= 20e6 && late < 60e6, "a context of 20 ms was over after %d us of computing", late/1e3)

	// A ticker does not starve who computes, however often.
	ticker := time.NewTicker(50 * time.Microsecond)
	ticks := 0
	go func() {
		for range ticker.C {
			ticks++
		}
	}()
	alone := compute(100e6)
	ticker.Stop()
	check.Report(ticks > 100 && alone > 1000, "%d ticks of 50 us, and %d rounds beside them", ticks, alone)

	// A collection goes on while this one computes, and does not allocate.
	before := collections()
	go func() { runtime.GC(); done <- true }()
	start = platform.Now()
	for collections() == before && platform.Now()-start < 5e9 {
	}
	<-done
	check.Report(collections() > before, "a collection beside a goroutine that computes")

	// No tick: alone, without a timer.
	time.Sleep(time.Millisecond)
	compute(50e6) // what was asked for before is over
	interrupts := timerInterrupts()
	compute(1e9)
	interrupts = timerInterrupts() - interrupts
	check.Report(interrupts <= 10, "%d timer interrupts in a second of computing alone", interrupts) // some are the collector's, that returns memory
}

// compute does not yield for that long, and returns how many rounds it has made.
func compute(ns int64) (rounds uint32) {
	for end := platform.Now() + ns; platform.Now() < end; {
		for range 100 {
			rounds++
		}
	}
	return rounds
}

func collections() uint32 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.NumGC
}

// allocating: goroutines that hardly ever are where they could be preempted, since they do nothing
// but allocate, share the processor as well.
func allocating() {
	var rounds [len(kept)]uint32
	last, turns := -1, 0
	beside(len(kept), time.Second, func(n int) {
		kept[n] = new([1 << 14]byte)
		if last != n {
			last = n
			turns++
		}
		rounds[n]++
	})
	check.Report(min(rounds[0], rounds[1], rounds[2]) > 0 && turns > 50, "%d rounds of goroutines that allocate, in %d turns in a second", rounds, turns)

	// What they are asked for, to yield at the next call, they do not do where interrupts are masked.
	var masked, torn uint32
	beside(len(kept), 500*time.Millisecond, func(n int) {
		kept[n] = new([1 << 14]byte)
		copy(kept[n][:], pattern[:])
		saved := platform.MaskInterrupts()
		masked++
		if now := masked; call(n) != n || load(&masked) != now {
			torn++
		}
		platform.RestoreInterrupts(saved)
	})
	check.Report(masked > 1000 && torn == 0, "%d of %d masked sections were left in the middle", torn, masked)
}

// marking: who sleeps is not late because the collector marks, whose worker does not come by a call.
func marking() {
	type node struct{ next, other *node }
	var list *node
	for range 1 << 20 {
		list = &node{list, list}
	}
	var stop, naps uint32
	var late int64
	slept := make(chan bool)
	go func() {
		for load(&stop) == 0 {
			start := platform.Now()
			time.Sleep(time.Millisecond)
			late = max(late, platform.Now()-start-1e6)
			naps++
		}
		slept <- true
	}()
	time.Sleep(10 * time.Millisecond)
	start := platform.Now()
	runtime.GC()
	took := platform.Now() - start
	stop = 1
	<-slept
	check.Report(took > 20e6 && late < took/4, "a sleep of 1 ms is %d us late at most, of %d, while a collection takes %d ms", late/1e3, naps, took/1e6)
	check.Report(list.next == list.other, "what it has marked is there")
}

// beside has so many goroutines do f again and again for that long.
func beside(goroutines int, d time.Duration, f func(n int)) {
	var stop uint32
	var all sync.WaitGroup
	for n := range goroutines {
		all.Go(func() {
			for load(&stop) == 0 {
				f(n)
			}
		})
	}
	time.Sleep(d)
	stop = 1
	all.Wait()
}

var (
	kept    [3]*[1 << 14]byte
	pattern [1 << 14]byte
)

// call begins with a look at the stack, which is where a goroutine yields that was asked to.
//
//go:noinline
func call(n int) int {
	var room [1 << 10]byte
	return n + int(room[n&3])
}
