//go:build tamago

// Command latency is an image that measures, in instructions, how long it takes from the
// moment an interrupt is due to the first instruction of the code that it is for. Under
// QEMU with -icount shift=0 the counter that it reads counts instructions.
//
//	paths       realtime   a real-time task
//	            device     a real-time task, up to its access to the device: the timer
//	            bounded    realtime, with a budget for each poll
//	            thread     a task of an executor at thread level
//	            goroutine  a goroutine that a real-time task wakes
//	situations  idle       the processor is halted
//	            busy       a goroutine computes; in front of the real-time task it never yields
//	            gc         the collector is always at work
//	            nested     interrupts follow each other so closely that they overlap
//
// masked.go has the other half: how long interrupts are masked.
//
// It prints a line for each pair, with all values that occurred, and switches the machine
// off. qemu/measure reads that.
package main

//lint:file-ignore U1000 machine_ARCH.s uses these

import (
	"fmt"
	"math"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	samples     = 10000 // of the real-time path, and idle
	samplesSlow = 1000  // where a sample takes a million instructions
)

// The parkers of the goroutine that is woken, and of the one that waits until it was.
var thereParker, doneParker = platform.NewParker(), platform.NewParker()

// stamp is the counter at the first instruction of what was woken, 0 until then. The entry
// in assembly writes it, before anything else of the poll.
var stamp uint64

// pollEntry is that entry; it goes on to pollFunc. It is not a Go function but the address
// of code, put where a poll function's is.
var (
	entryValue = struct{ code uintptr }{entryCode()}
	pollFunc   = func(*task.None, *task.Context) task.Poll { return afterStamp() }
)

func entryCode() uintptr

var (
	random uint32 = 2463534242
	due    uint64

	nesting bool
	left    int
	nested  [samples]int32
)

//go:nosplit
func next(n uint32) uint32 {
	random ^= random << 13
	random ^= random >> 17
	random ^= random << 5
	return random % n
}

// afterStamp is the body of every task here.
func afterStamp() task.Poll {
	if nesting && left > 0 {
		left--
		nested[left] = int32(stamp - due)
		if left > 0 {
			due = arm(20 + next(400))
		}
	}
	if waiting {
		platform.Unpark(doneParker)
	}
	return task.Pending
}

// devicePoll begins as a driver's poll does, with a look at the device; access leaves the
// stamp at that instruction.
func devicePoll(*task.None, *task.Context) task.Poll {
	access()
	return afterStamp()
}

// access reads a register of the timer.
func access()

var (
	realtimeTask, deviceTask, threadTask task.Task[task.None]
	executor                             sched.Executor
)

func main() {
	fmt.Printf("latency, %s %s\n", runtime.Version(), runtime.GOARCH)
	poll := entry()
	rt, _ := sched.Spawn(&sched.Normal, &realtimeTask, nil, poll)
	device, _ := sched.Spawn(&sched.Normal, &deviceTask, nil, devicePoll)
	go executor.Run()
	thread, _ := sched.Spawn(&executor, &threadTask, nil, poll)
	go func() {
		for {
			platform.Park(thereParker)
			stamp = counter()
			if waiting {
				platform.Unpark(doneParker)
			}
		}
	}()
	for range 100 {
		runtime.Gosched()
	}
	bridge, _ := sched.Spawn(&sched.Normal, &bridgeTask, nil, func(*task.None, *task.Context) task.Poll {
		platform.Unpark(thereParker)
		return task.Pending
	})
	relay, _ := sched.Spawn(&sched.Normal, &relayTask, nil, func(*task.None, *task.Context) task.Poll {
		if counter() >= due {
			due = math.MaxUint64
			platform.SetAlarm(math.MaxInt64)
			relayed.Wake()
		}
		return task.Pending
	})
	paths := []struct {
		name     string
		waker    task.Waker
		realtime bool
	}{
		{"realtime", rt.Waker(), true},
		{"device", device.Waker(), true},
		{"bounded", rt.Waker(), true},
		{"thread", thread.Waker(), false},
		{"goroutine", bridge.Waker(), false},
	}

	for _, p := range paths {
		irq.Unregister(lineTimer) // it was another task's
		irq.Register(lineTimer, "timer", irq.Edge, p.waker)
		runtime.Gosched()
		if p.name == "bounded" {
			setBudget(1e6)
		}
		if p.realtime {
			check.Values("idle", p.name, measure(samples, haltOnce))
			check.Values("busy", p.name, measure(samples, func() { spin(100) }))
		} else {
			relayed = p.waker
			irq.Register(lineTimer, "timer", irq.Edge, relay.Waker())
			check.Values("idle", p.name, idle(samplesSlow))
			irq.Register(lineTimer, "timer", irq.Edge, p.waker)
			check.Values("busy", p.name, measure(samplesSlow, func() { spin(2000); runtime.Gosched() }))
		}
		n := samplesSlow
		if p.realtime {
			n = samples
		}
		collect := true
		go func() {
			for collect {
				runtime.GC()
			}
		}()
		check.Values("gc", p.name, measure(n, litter))
		collect = false
		if p.realtime && p.name != "bounded" { // the budget is of the same timer
			check.Values("nested", p.name, overlap())
		}
		setBudget(0)
	}
	wakes(rt.Waker())
	masked()
	fmt.Println("end")
	halt()
}

var (
	garbage    [64][]byte
	bridgeTask task.Task[task.None]

	// relayTask stands between the timer and relayed in idle, as the kernel's timer task
	// does. Like that it wakes when the time has come, once, and not when hal has set the
	// timer for itself; and it turns an alarm off that has been served, which hal would take to be
	// on its way otherwise, and set again and again for 5 us.
	relayTask task.Task[task.None]
	relayed   task.Waker
)

// measure sets the timer again and again, and does what the situation is until the stamp
// is there.
func measure(n int, situation func()) (list []int32) {
	for range n {
		stamp = 0
		due = arm(1000 + next(2000))
		for load(&stamp) == 0 {
			situation()
		}
		list = append(list, int32(stamp-due))
	}
	return list
}

// litter makes work for the collector.
func litter() {
	garbage[next(64)] = make([]byte, 64+next(4000))
	if next(32) == 0 {
		runtime.Gosched()
	}
}

// idleCounts is for how long the processor is idle: until after the last try at preemption for a
// goroutine that was rung for, which hal makes 100 us after.
const idleCounts = 350_000

// idle has the runtime halt the processor, with the timer set as it sets it. What was woken
// before has its turn first.
func idle(n int) (list []int32) {
	platform.SetAlarm(math.MaxInt64)
	settle()
	waiting = true
	for range n {
		stamp = 0
		at := platform.Now() + idleCounts*idleStepNS
		saved := platform.MaskInterrupts() // relayTask reads it, and it has two words on ARM
		due = counterAt(at)
		platform.RestoreInterrupts(saved)
		platform.SetAlarm(at)
		for platform.Park(doneParker); int64(load(&stamp)-counterAt(at)) < 0; platform.Park(doneParker) {
			// what was woken then, the last round has woken
		}
		list = append(list, int32(stamp-counterAt(at)))
	}
	waiting = false
	return list
}

var waiting bool // in idle

// overlap has each poll set the timer for the next.
func overlap() []int32 {
	left = samples
	nesting = true
	due = arm(1000)
	for loadInt(&left) > 0 {
		spin(10)
	}
	nesting = false
	return nested[:]
}

//go:noinline
func spin(n int) {
	for i := range n {
		spun += i
	}
}

var spun int

//go:noinline
func load(p *uint64) uint64 { return *p }

//go:noinline
func loadInt(p *int) int { return *p }

// wakes measures a wake by a goroutine: to the poll, and back.
func wakes(w task.Waker) {
	var there, back []int32
	for range samples {
		stamp = 0
		before := counter()
		w.Wake()
		after := counter()
		there, back = append(there, int32(stamp-before)), append(back, int32(after-before))
	}
	check.Values("wake", "to_poll", there)
	check.Values("wake", "and_back", back)
}
