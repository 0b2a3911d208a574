//go:build tamago

// Command onchip is an image with a driver for a device of the chip, which the kernel does not
// drive: the second EPIT of the i.MX6UL, registered by its address.
//
//	found    its address, line and clock are given to the driver
//	events   it interrupts, and its task is polled
//	again    the driver ends and the kernel starts it again
//	none     of an address where the machine has no device, the kernel says so
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine off.
// The test that boots it reads that. On a PC, which has no such devices, there is the last.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/drivers/epit"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	epit2   = 0x020d4000
	nothing = 0x020d4004 // a register
)

var (
	timer     epit.Timer
	timerTask task.Task[task.None]
	waker     task.Waker
	device    *kernel.Device
	lives     int
)

// start drives the timer.
func start(found *kernel.Device) (kernel.Driving, error) {
	lives++
	device = found
	timer = epit.Timer{Base: found.Address, Line: found.Line}
	if err := timer.Init(found.Hz); err != nil {
		return kernel.Driving{}, err
	}
	w := kernel.SpawnMethod(&sched.Normal, &timerTask, "epit2", &timer, (*epit.Timer).Poll)
	waker = w
	line, err := found.Connect("epit2", w)
	if err != nil {
		return kernel.Driving{}, err
	}
	irq.Unmask(line)
	return kernel.Driving{Name: "epit2", Present: func() bool { return !w.Done() }}, nil
}

func main() {
	fmt.Printf("onchip, %s %s\n", runtime.Version(), runtime.GOARCH)
	var reported []string
	kernel.Notify(func(text string) { reported = append(reported, text); fmt.Print(text) })
	kernel.Register(kernel.Match{Address: epit2}, start)
	kernel.Register(kernel.Match{Address: nothing}, func(*kernel.Device) (kernel.Driving, error) { panic("there is none") })
	kernel.Start(kernel.Config{Quiet: true})
	said := strings.Join(reported, "")
	check.Report(strings.Contains(said, "device:  this machine has none at 0x20d4004, for which a driver is registered\n"), "an address without a device")
	if runtime.GOARCH != "arm" {
		check.Report(lives == 0 && strings.Contains(said, "this machine has none at 0x20d4000,"), "a PC has no devices of a chip")
		end()
	}
	check.Report(lives == 1 && strings.Contains(said, "device:  epit2, epit2 at 0x20d4000, line 89\n"), "found: %q", said)
	check.Report(device != nil && device.Address == epit2 && device.Line == 89 && device.Hz > 1e6, "given to the driver: %+v", device)
	if lives == 0 {
		end()
	}
	kernel.Go("checks", func(c *coro.Ctx) error {
		events(c)
		waker.Cancel()
		c.Sleep(time.Millisecond)
		device.Owner().Wake()
		c.Sleep(10 * time.Millisecond)
		check.Report(lives == 2 && strings.Contains(strings.Join(reported, ""), "device:  epit2 is gone: its driver has ended\n"), "started again: %d lives", lives)
		events(c)
		end()
		return nil
	})
	kernel.Run()
}

// events has the timer interrupt every 10 ms, and looks what came of it.
func events(c *coro.Ctx) {
	before := interrupts()
	if err := timer.Start(10*time.Millisecond, 10*time.Millisecond); err != nil {
		check.Report(false, "%v", err)
		return
	}
	c.Sleep(205 * time.Millisecond)
	timer.Stop()
	n, _ := timer.Stat()
	took := interrupts() - before
	check.Report(n >= 15 && took >= 5, "%d events in 205 ms by %d interrupts", n, took)
}

// interrupts is how many the line has had.
func interrupts() (n uint64) {
	irq.Snapshot(device.Line, func(s irq.Stat) bool { n = s.Count; return false })
	return n
}

func end() {
	fmt.Println("end")
	kernel.Halt()
}
