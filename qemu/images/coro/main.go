//go:build tamago

// Command coro is an image that runs straight-line tasks where they are meant to run:
// woken by the timer's interrupt, with the collector at work, cancelled, faulting, blocking.
//
//	interrupts  bodies await a line, many times, and allocate nothing by it
//	cancelled   every cancelled body runs its deferred calls, and leaves no goroutine
//	faults      a nil dereference in a body, with the stack where it was
//	blocks      a body that blocks is reported with its stack
//	sleeps      bodies sleep side by side, by the kernel's wheel
//	device      amd64: drivers/edu, in both styles, against QEMU's device
//	cost        instructions of a resumption against those of a poll, under icount
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"fmt"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func main() {
	fmt.Printf("coro, %s %s\n", runtime.Version(), runtime.GOARCH)
	interrupts()
	cancelled()
	faults()
	sleeps()
	device()
	cost()
	blocks()
	fmt.Println("end")
	machine.Halt()
}

var executor sched.Executor

type place = task.Task[error]
