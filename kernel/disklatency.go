//go:build tamago

package main

import (
	"slices"

	"tamagotake/drivers/block"
	"tamagotake/hal"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
)

// How long it takes from a disk's interrupt to a real-time task that waits for the
// request. Interrupts are masked until the device has raised its own; it is taken when they
// are opened, which is a moment that is known. With one instruction to a nanosecond
// (-icount shift=0) the figures are instructions.

var (
	doneTask  task.Task[task.None]
	doneWaker task.Waker
	doneNS    int64
)

// donePoll notes when it is polled.
//
//tamagotake:realtime
func donePoll(*task.Context, *task.None) task.Poll {
	doneNS = hal.Now()
	return task.Pending
}

const latencySamplesMost = 10000

func (m *monitor) diskLatency(d block.Device, count string) {
	n, ok := m.number("the number of samples", count, 1, latencySamplesMost)
	if !ok {
		return
	}
	if doneWaker == (task.Waker{}) {
		doneWaker = start(&sched.Normal, &doneTask, "disk-done", donePoll)
	}
	if m.request.Busy() {
		m.printf("a request of this monitor is in flight\n")
		return
	}
	var toTask, toReturn []int64
	late := 0
	m.request.Op, m.request.Sector, m.request.Buf = block.Read, 0, m.diskMemory()[:block.SectorSize]
	for range n {
		doneNS = 0
		saved := hal.MaskInterrupts()
		err := d.Submit(&m.request, doneWaker)
		for until := hal.Now() + raisedNS; hal.Now() < until; {
		}
		opened := hal.Now()
		hal.RestoreInterrupts(saved)
		back := hal.Now()
		polled := doneNS
		for err == nil && m.request.Busy() {
			hal.Now() // the device took longer
		}
		if err == nil {
			_, err = m.request.Poll(task.Waker{})
		}
		if err != nil {
			m.printf("%v\n", err)
			return
		}
		if polled == 0 {
			late++
			continue
		}
		toTask, toReturn = append(toTask, polled-opened), append(toReturn, back-opened)
	}
	if len(toTask) == 0 {
		m.printf("latency: the device took longer than %d ns each time\n", int64(raisedNS))
		return
	}
	nothing := openNS()
	slices.Sort(toTask)
	slices.Sort(toReturn)
	k := len(toTask)
	m.printf("latency: %d samples, %d late, to the task %d median %d most, to the return %d median %d most, in ns\n",
		k, late, toTask[k/2]-nothing, toTask[k-1]-nothing, toReturn[k/2]-nothing, toReturn[k-1]-nothing)
}

// raisedNS is how long the device is given to raise its interrupt.
const raisedNS = 100e3

// openNS returns what opening takes if there is no interrupt.
func openNS() int64 {
	saved := hal.MaskInterrupts()
	opened := hal.Now()
	hal.RestoreInterrupts(saved)
	return hal.Now() - opened
}
