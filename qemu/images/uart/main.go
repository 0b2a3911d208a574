//go:build tamago

// Command uart is an image that measures, in instructions, the way of a byte through the
// console's driver. Under QEMU with -icount shift=0 the clock that it reads counts
// instructions; each figure has one reading of it too many.
//
//	receive driver   from the interrupt to the end of the driver's poll: it is in the ring
//	receive reader   from the interrupt to the task at thread level that has read it
//	send    fifo     from the call of Write to its end: it is in the device
//
// So that the moment of the interrupt is known, interrupts are masked until the device has
// raised its line. Each byte comes from outside, one for each dot that the image prints.
package main

import (
	"fmt"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const samples = 200

var (
	executor               sched.Executor
	driverTask, readerTask task.Task[task.None]

	driverAt, readerAt int64 // when the task was done with the last byte, 0 before

	buf [1]byte
)

func driverPoll(_ *task.None, cx *task.Context) task.Poll {
	port.Poll(cx)
	driverAt = instructions()
	return task.Pending
}

func readerPoll(_ *task.None, cx *task.Context) task.Poll {
	port.Input.Poll(cx)
	if port.Input.Read(buf[:]) != 0 {
		readerAt = instructions()
	}
	return task.Pending
}

var driver, reader, fifo [samples]int64

func main() {
	j, _ := sched.Spawn(&sched.Normal, &driverTask, nil, driverPoll)
	connect(j.Waker())
	go executor.Run()
	sched.Spawn(&executor, &readerTask, nil, readerPoll)
	for range 100 {
		runtime.Gosched()
	}

	fmt.Println("ready")
	receive(0) // the first may allocate
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range samples {
		receive(i)
	}
	for i := range samples {
		start := instructions()
		port.Output.Write(space)
		fifo[i] = instructions() - start
	}
	runtime.ReadMemStats(&after)

	fmt.Println()
	check.Values("receive", "driver", driver[:])
	check.Values("receive", "reader", reader[:])
	check.Values("send", "fifo", fifo[:])
	fmt.Println("allocations", after.Mallocs-before.Mallocs)
	fmt.Println("end")
	halt()
}

var space = []byte{' '}

// receive takes one byte.
func receive(i int) {
	saved := platform.MaskInterrupts() // before the byte is asked for
	print(".")
	for !pending() {
	}
	readerAt = 0
	start := instructions()
	platform.RestoreInterrupts(saved)
	for readerAt == 0 {
		runtime.Gosched()
	}
	driver[i], reader[i] = driverAt-start, readerAt-start
}
