//go:build tamago

// Command sleep is an image that measures how late a wait of a millisecond ends. Under QEMU with
// -icount shift=0 the nanoseconds that it prints are instructions.
//
//	paths       realtime   timer.Sleep in a real-time task
//	            thread     timer.Sleep in a thread task that is a poll function
//	            straight   timer.Sleep in a straight-line thread task
//	            goroutine  time.Sleep in a goroutine
//	situations  idle       nothing else is to be done: the processor is halted
//	            busy       a goroutine computes, and never yields
//	            gc         one goroutine allocates, and yields every 32 times or so; another has the
//	                       collector always at work
//
// Lateness counts from the time that was asked for to the reading of the clock behind the wait.
// It includes the rounding of deadlines up to the kernel's tick, up to 1,024 ns, except for
// goroutines, whose timers are the Go runtime's.
//
// It prints a line for each pair, with all values that occurred, and switches the machine off.
// qemu/measure compares it with the images of qemu/measure/linux and qemu/measure/tamago, which
// print the same of theirs.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

const (
	samples  = 1000
	periodNS = 1e6
)

// sleeper is a task's state: it sleeps left times, and notes how late each sleep ends.
type sleeper struct {
	sleep timer.Sleep
	atNS  int64 // when the sleep ends; 0 before the first
	left  atomic.Uint32
	late  [samples]int32
}

var (
	rtSleeper, threadSleeper, straightSleeper sleeper
	threadTask                                task.Task[task.None]

	// done is the parker of the goroutine that waits for a sleeper.
	done uint32
)

// Poll is that of both levels.
//
//tamagotake:realtime
func (p *sleeper) Poll(cx *task.Context) task.Poll {
	for p.left.Load() > 0 {
		if p.atNS != 0 {
			if p.sleep.Poll(cx) == task.Pending {
				return task.Pending
			}
			p.note()
		}
		p.arm()
	}
	return task.Pending
}

func (p *sleeper) arm() {
	p.atNS = platform.Now() + periodNS
	p.sleep.Until(p.atNS)
}

func (p *sleeper) note() {
	late := platform.Now() - p.atNS
	left := p.left.Load() - 1
	p.late[left] = int32(late)
	p.left.Store(left)
	if left == 0 {
		platform.Unpark(done)
	}
}

// run has the task that w wakes sleep, and waits.
func (p *sleeper) run(w task.Waker) []int32 {
	p.atNS = 0
	p.left.Store(samples)
	w.Wake()
	for p.left.Load() > 0 {
		platform.Park(done)
	}
	return p.late[:]
}

func main() {
	kernel.Start(kernel.Config{Quiet: true})
	go measure()
	kernel.Run()
}

func measure() {
	fmt.Printf("sleep, %s %s\n", runtime.Version(), runtime.GOARCH)
	done = platform.NewParker()
	rt := kernel.Realtime("sleeper", &rtSleeper, (*sleeper).Poll)
	thread := kernel.SpawnMethod(kernel.Executor(), &threadTask, "sleeper", &threadSleeper, (*sleeper).Poll)
	paths := []struct {
		name string
		run  func() []int32
	}{
		{"realtime", func() []int32 { return rtSleeper.run(rt) }},
		{"thread", func() []int32 { return threadSleeper.run(thread) }},
		{"straight", straight},
		{"goroutine", goroutine},
	}
	for _, s := range []struct {
		name string
		load func(stop *atomic.Bool)
	}{{"idle", func(*atomic.Bool) {}}, {"busy", compute}, {"gc", collect}} {
		for _, p := range paths {
			var stop atomic.Bool
			s.load(&stop)
			time.Sleep(20 * time.Millisecond) // what was begun is under way
			list := p.run()
			stop.Store(true)
			check.Values(s.name, p.name, list)
		}
	}
	fmt.Println("end")
	kernel.Halt()
}

func straight() []int32 {
	p := &straightSleeper
	p.left.Store(samples)
	kernel.Go("straight", func(c *coro.Ctx) error {
		for p.left.Load() > 0 {
			p.arm()
			c.AwaitFunc(p.sleep.Poll)
			p.note()
		}
		return nil
	})
	for p.left.Load() > 0 {
		platform.Park(done)
	}
	return p.late[:]
}

func goroutine() (list []int32) {
	for range samples {
		at := platform.Now() + periodNS
		time.Sleep(periodNS)
		list = append(list, int32(platform.Now()-at))
	}
	return list
}

// compute has no call in its loop, and so no point at which it would yield.
func compute(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
		}
	}()
}

var garbage [64][]byte

func collect(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
			runtime.GC()
		}
	}()
	go func() {
		for n := uint32(1); !stop.Load(); n = n*1664525 + 1013904223 {
			garbage[n>>26] = make([]byte, 64+n>>20)
			if n>>8%32 == 0 {
				runtime.Gosched()
			}
		}
	}()
}
