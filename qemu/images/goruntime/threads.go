//go:build tamago

package main

import (
	"runtime"
	"sync"

	"github.com/tamagotake/tamagotake/qemu/images/check"
)

// threads: there is one processor and one thread, and a program that asks for more goes on
// with what there is.
func threads() {
	before := runtime.GOMAXPROCS(8)
	now := runtime.GOMAXPROCS(0)
	check.Report(before == 1 && now == 1 && runtime.NumCPU() == 1, "GOMAXPROCS(8): %d, then %d, of %d processors", before, now, runtime.NumCPU())

	// A locked goroutine, one that ends locked, and GOMAXPROCS in one.
	var wg sync.WaitGroup
	sum := make(chan int)
	for n := range 4 {
		wg.Go(func() {
			runtime.LockOSThread()
			runtime.LockOSThread()
			if n%2 == 0 {
				defer runtime.UnlockOSThread()
			}
			runtime.GOMAXPROCS(4 + n)
			sum <- n
		})
	}
	got := 0
	for range 4 {
		got += <-sum
	}
	wg.Wait()
	runtime.GC()
	check.Report(got == 6, "4 goroutines locked to the thread, of which 2 end so: %d", got)
}
