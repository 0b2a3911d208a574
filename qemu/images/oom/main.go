//go:build tamago

// Command oom is an image in which Go runs out of memory, while a real-time task handles
// interrupts at random distances of a few hundred to a few thousand instructions.
//
//	thread      allocate, keep all of it ... fatal error: out of memory, crash report, exit
//	real-time   poll poll poll  poll  poll poll   poll  poll poll  poll    poll poll  poll
//
// Each poll sets the alarm for the next, so one that is lost is the last. Go ends the program
// when there is no memory; where it would leave the machine, this image looks at what the
// real-time side has done, and that it still does. The test beside it reads that.
//
// It is verified and sealed as the kernel is, and tries to spawn a function that is not
// marked too.
package main

import (
	"fmt"
	"runtime"
	"runtime/goos"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	beatTask, otherTask task.Task[task.None]

	beats, beatsAtEnd uint32 // polls by the alarm; of these, when the memory was at its end
	dueNS, lateNSMax  int64
	started           bool

	kept   [][]byte
	random uint32 = 2463534242
)

// beatPoll is due, and sets the alarm for the next time.
//
//tamagotake:realtime
func beatPoll(*task.None, *task.Context) task.Poll {
	if !started {
		started = true
		return task.Pending
	}
	beats++
	now := platform.Now()
	lateNSMax = max(lateNSMax, now-dueNS)
	random ^= random << 13
	random ^= random >> 17
	random ^= random << 5
	dueNS = now + 300 + int64(random&2047)
	platform.SetAlarm(dueNS)
	return task.Pending
}

func unmarkedPoll(*task.None, *task.Context) task.Poll { return task.Ready }

func main() {
	fmt.Printf("oom, %s %s\n", runtime.Version(), runtime.GOARCH)
	_, err := sched.Spawn(&sched.Normal, &otherTask, nil, unmarkedPoll)
	fmt.Println("unmarked:", err)
	j, err := sched.Spawn(&sched.Normal, &beatTask, nil, beatPoll)
	fmt.Println("marked:", err)

	leave := goos.Exit
	goos.Exit = func(status int32) {
		account(status)
		leave(status)
	}
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	dueNS = platform.Now() + 1000
	platform.SetAlarm(dueNS)
	for n := uint32(0); ; n++ {
		if n%64 == 0 {
			beatsAtEnd = load(&beats)
		}
		kept = append(kept, make([]byte, 16<<10))
	}
}

// account is called where Go has ended the program and would leave the machine. There is no
// heap any more: it prints as the runtime does.
func account(status int32) {
	const more, waitNS = 1000, 1e9
	before := load(&beats)
	for end := platform.Now() + waitNS; load(&beats) < before+more && platform.Now() < end; {
	}
	after := load(&beats)
	println("exit status", status)
	println("kept", len(kept), "of 16 KiB")
	println("polled", beatsAtEnd, "times before there was no memory,", before-beatsAtEnd, "times in the crash report")
	println("polled", after-before, "times after it")
	println("late", lateNSMax)
}

//go:noinline
func load(p *uint32) uint32 { return *p }
