package shell

import (
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
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
	doneTask  task.Task[task.None]
	doneWaker task.Waker
	doneNS    int64
)

// donePoll notes when it is polled.
//
//tamagotake:realtime
func donePoll(*task.None, *task.Context) task.Poll {
	if doneNS == 0 {
		doneNS = platform.Now()
	}
	return task.Pending
}

const latencySamplesMost = 10000

// raisedNS is how long the device is given to raise its interrupt.
const raisedNS = 100e3

func (m *Shell) diskLatency(c *coro.Ctx, d block.Device, count string) error {
	n, err := console.Number("the number of samples", count, 1, latencySamplesMost)
	if err != nil {
		return err
	}
	size := d.Info().BlockSize
	if d.Info().Sectors == 0 || size > diskBufferSize {
		return fmt.Errorf("%s has no sectors, or blocks of %d bytes: too large", d.Info().Name, size)
	}
	if doneWaker.Done() {
		doneWaker = kernel.Spawn(&sched.Normal, &doneTask, "disk-done", donePoll)
	}
	var toTask, toReturn []int64
	late, buf := 0, m.diskMemory(c)[:size]
	for uint64(late+len(toTask)) < n {
		switch polled, opened, back, err := m.latencySample(c, d, buf); {
		case err == block.ErrFull:
			c.Yield()
		case err != nil:
			return err
		case polled == 0:
			late++
		default:
			toTask, toReturn = append(toTask, polled-opened), append(toReturn, back-opened)
		}
	}
	return m.latencyResult(toTask, toReturn, late)
}

// latencySample reads once. It returns when the real-time task was polled, or 0 if the device was
// late, when interrupts were opened, and when the code that has opened them went on.
func (m *Shell) latencySample(c *coro.Ctx, d block.Device, buf []byte) (polledNS, openedNS, backNS int64, err error) {
	r := &m.request
	r.Op, r.Sector, r.Buf = block.Read, 0, buf
	saved := platform.MaskInterrupts()
	doneNS = 0
	err = d.Submit(r, doneWaker)
	for until := platform.Now() + raisedNS; err == nil && platform.Now() < until; {
	}
	openedNS = platform.Now()
	platform.RestoreInterrupts(saved)
	backNS = platform.Now()
	saved = platform.MaskInterrupts() // it has two words on ARM
	polledNS = doneNS
	platform.RestoreInterrupts(saved)
	if err != nil {
		return 0, 0, 0, err
	}
	c.Await(r)             // it is done, or the shell's task is woken instead of the other
	if polledNS > backNS { // raised when the interrupts had been opened
		polledNS = 0
	}
	return polledNS, openedNS, backNS, r.Err()
}

func (m *Shell) latencyResult(toTask, toReturn []int64, late int) error {
	if len(toTask) == 0 {
		return fmt.Errorf("latency: the device took longer than %d ns each time", int64(raisedNS))
	}
	slices.Sort(toTask)
	slices.Sort(toReturn)
	k := len(toTask)
	m.Printf("latency: %d samples, %d late, to the task %d median %d most, to the return %d median %d most, in ns\n",
		k, late, toTask[k/2], toTask[k-1], toReturn[k/2], toReturn[k-1])
	return nil
}
