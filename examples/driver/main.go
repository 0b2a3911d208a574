//go:build tamago && amd64

// Command driver is a kernel with a driver of its own, for a device of QEMU that computes
// factorials:
//
//	tamagotake run -qemu '-device edu' .
//
//	kernel finds it on PCI ---> start: its registers, a task, its line
//	ask: a straight-line task ---- FACT ----> device
//	     <--- answers --- Poll <--- line -----
//
// Source: QEMU 8.2, "EDU device" (docs/specs/edu.rst).
package main

import (
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Registers, as offsets; each has 4 bytes.
const (
	fact      = 0x08 // a number, and then its factorial
	status    = 0x20
	intStatus = 0x24 // why it interrupts
	intAck    = 0x64

	statusInterrupt = 1 << 7 // interrupt when a factorial is computed
	size            = 0x68
)

// edu is a device and its real-time task.
type edu struct {
	task    task.Task[task.None]
	regs    uintptr
	line    uint32 // 0 until it is connected
	answers tasksync.Signal[uint32]
}

// Poll serves an interrupt. The first poll is that of the spawn.
//
//tamagotake:realtime
func (d *edu) Poll(*task.Context) task.Poll {
	if d.line == 0 {
		return task.Pending
	}
	pending := mmio.Read32(d.regs + intStatus)
	mmio.Write32(d.regs+intAck, pending)
	if pending != 0 {
		d.answers.Set(mmio.Read32(d.regs + fact))
	}
	irq.Unmask(d.line) // a pin is asserted until the device is acknowledged
	return task.Pending
}

var edu0 edu

// start is called by the kernel when it has found one.
func start(found *kernel.Device) (kernel.Driving, error) {
	d, name := &edu0, "edu0"
	if d.regs != 0 {
		return kernel.Driving{}, fmt.Errorf("%s: there is an edu device already", found.Where)
	}
	var err error
	if d.regs, err = found.PCI.Range(0, 0, size); err != nil {
		return kernel.Driving{}, err
	}
	w := kernel.SpawnMethod(&sched.Normal, &d.task, name, d, (*edu).Poll)
	if d.line, err = found.Connect(name, w); err != nil {
		return kernel.Driving{}, err
	}
	irq.Unmask(d.line)
	mmio.Write32(d.regs+status, statusInterrupt) // only now may it interrupt
	return kernel.Driving{Name: name}, nil
}

// ask has the device compute.
func ask(c *coro.Ctx) error {
	var w tasksync.Wait
	for n := range uint32(6) {
		mmio.Write32(edu0.regs+fact, n)
		var result uint32
		c.Sync(&w, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return edu0.answers.Wait(cx, w, &result) })
		fmt.Printf("%d! = %d\n", n, result)
	}
	os.Exit(0)
	return nil
}

func main() {
	kernel.Register(kernel.Match{Vendor: 0x1234, ID: 0x11e8}, start)
	kernel.Start(kernel.Config{})
	if edu0.line == 0 {
		fmt.Println("there is no edu device: run this with -qemu '-device edu'")
		os.Exit(1)
	}
	kernel.Go("ask", ask)
	kernel.Run()
}
