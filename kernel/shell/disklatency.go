//go:build tamago

package shell

import (
	"slices"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// How long it takes from a disk's interrupt to a real-time task that waits for the
// request. Interrupts are masked until the device has raised its own, a bounded time; it is
// taken when they are opened, which is a moment that is known. With one instruction to a
// nanosecond (-icount shift=0) the figures are instructions. Each is the difference of two
// readings of the clock, with the opening and one reading in it: nothing is subtracted that
// was measured at another time.
//
// A disk whose driver is a thread task, or that takes longer than that, is late each time:
// the end of its request is awaited as that of any other.

var (
	doneTask   task.Task[task.None]
	doneWaker  task.Waker
	doneNS     int64
	doneWaiter task.Waker // of the monitor
)

// donePoll notes when it is polled.
//
//tamagotake:realtime
func donePoll(*task.None, *task.Context) task.Poll {
	if doneNS == 0 {
		doneNS = platform.Now()
	}
	doneWaiter.Wake()
	return task.Pending
}

const latencySamplesMost = 10000

// raisedNS is how long the device is given to raise its interrupt.
const raisedNS = 100e3

func (m *Shell) diskLatency(d block.Device, count string) {
	n, ok := m.number("the number of samples", count, 1, latencySamplesMost)
	if !ok {
		return
	}
	size := d.Info().BlockSize
	if d.Info().Sectors == 0 || size > diskBufferSize {
		m.printf("%s has no sectors, or blocks of %d bytes: too large\n", d.Info().Name, size)
		return
	}
	if doneWaker.Done() {
		doneWaker = kernel.Spawn(&sched.Normal, &doneTask, "disk-done", donePoll)
	}
	var toTask, toReturn []int64
	late := 0
	polled, opened, back := int64(0), int64(0), int64(0)
	isSent := false
	m.later(func(cx *task.Context) bool {
		r := &m.request
		doneWaiter = cx.Waker()
		if r.Busy() {
			if !isSent { // an earlier command's
				r.Poll(cx)
			}
			return false
		}
		if isSent {
			isSent = false
			if err := r.Err(); err != nil {
				m.printf("%v\n", err)
				return true
			}
			if polled == 0 {
				late++
			} else {
				toTask, toReturn = append(toTask, polled-opened), append(toReturn, back-opened)
			}
		}
		if uint64(late+len(toTask)) == n {
			m.latencyResult(toTask, toReturn, late)
			return true
		}
		r.Op, r.Sector, r.Buf = block.Read, 0, m.diskMemory()[:size]
		saved := platform.MaskInterrupts()
		doneNS = 0
		err := d.Submit(r, doneWaker)
		for until := platform.Now() + raisedNS; err == nil && platform.Now() < until; {
		}
		opened = platform.Now()
		platform.RestoreInterrupts(saved)
		back = platform.Now()
		saved = platform.MaskInterrupts() // it has two words on ARM
		polled = doneNS
		platform.RestoreInterrupts(saved)
		if polled > back { // raised when the interrupts had been opened
			polled = 0
		}
		switch {
		case err == block.ErrFull:
			return again(cx)
		case err != nil:
			m.printf("%v\n", err)
			return true
		}
		isSent = true
		return again(cx) // it may be done; if not, donePoll wakes the task
	}, nil)
}

func (m *Shell) latencyResult(toTask, toReturn []int64, late int) {
	if len(toTask) == 0 {
		m.printf("latency: the device took longer than %d ns each time\n", int64(raisedNS))
		return
	}
	slices.Sort(toTask)
	slices.Sort(toReturn)
	k := len(toTask)
	m.printf("latency: %d samples, %d late, to the task %d median %d most, to the return %d median %d most, in ns\n",
		k, late, toTask[k/2], toTask[k-1], toReturn[k/2], toReturn[k-1])
}
