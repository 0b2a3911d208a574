//go:build tamago

package main

import (
	"runtime"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	watchExecutor       sched.Executor
	watchTask, mildTask task.Task[task.None]
	watchEnd            uint32
)

// watches: a thread task that computes without end is reported, with its stack, and one that
// does so for less than its limit is not, however long it takes because others compute too.
func watches() {
	const limit = 200 * time.Millisecond
	stalls := make(chan sched.Stall, 8)
	watchExecutor.Watch(20*time.Millisecond, func(s sched.Stall) { stalls <- s })
	watchExecutor.WatchComputing(limit)
	j, _ := sched.Spawn(&watchExecutor, &mildTask, task.Named("mild"), func(*task.None, *task.Context) task.Poll {
		computeAlone(limit / 2)
		return task.Ready
	})
	busy := make(chan bool)
	for range 4 {
		go func() {
			compute(int64(5 * limit))
			busy <- true
		}()
	}
	go watchExecutor.Run()
	start := platform.Now()
	for range 4 {
		<-busy
	}
	check.Report(j.Done() && len(stalls) == 0, "a task that computes for half of its limit, beside 4 goroutines: %d ms, %d reports", (platform.Now()-start)/1e6, len(stalls))

	sched.Spawn(&watchExecutor, &watchTask, task.Named("endless"), endless)
	start = platform.Now()
	s := <-stalls
	took := platform.Now() - start
	check.Report(s.Name == "endless" && s.Computing >= limit && took < int64(3*limit) && strings.Contains(string(s.Stack), "main.endless"),
		"%v, reported after %d ms", s, took/1e6)
	time.Sleep(5 * limit)
	check.Report(len(stalls) == 0, "reported once")
	watchEnd = 1
}

// computeAlone computes until this goroutine has had the processor for that long, or nearly.
func computeAlone(d time.Duration) {
	const sliceNS = 10e6
	for left := int64(d); left > 0; {
		before := platform.Now()
		compute(sliceNS / 4)
		if took := platform.Now() - before; took < sliceNS/2 { // it was not preempted
			left -= took
		}
	}
}

func endless(*task.None, *task.Context) task.Poll {
	for load(&watchEnd) == 0 {
	}
	return task.Ready
}

// faults: a panic that is recovered leaves interrupts enabled, also where a CPU exception has
// struck while they were masked.
func faults() {
	fault := func(masked bool) (err any) {
		defer func() { err = recover() }()
		if masked {
			platform.MaskInterrupts()
		}
		var p *[4096]int
		return p[n()]
	}
	for _, masked := range []bool{false, true} {
		err := fault(masked)
		saved := platform.MaskInterrupts()
		platform.RestoreInterrupts(machine.Unmasked)
		_, isError := err.(runtime.Error)
		check.Report(isError && saved&machine.InterruptFlag == machine.Unmasked, "recovered from %v, masked %v: interrupts enabled %v", err, masked, saved&machine.InterruptFlag == machine.Unmasked)
	}
}

//go:noinline
func n() int { return 7 }
