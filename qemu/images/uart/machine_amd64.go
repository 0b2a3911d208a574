//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/drivers/ns16550"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

var port = ns16550.Port{Base: amd64.COM1}

func connect(w task.Waker) {
	irq.Register(amd64.LineCOM1, "uart", irq.Edge, w)
	irq.Unmask(amd64.LineCOM1)
	port.Start()
}

// pending reports whether the device has raised its line (PC16550D 8.6: interrupt
// identification, bit 0).
func pending() bool { return mmio.In8(amd64.COM1+2)&1 == 0 }

// instructions reads the clock, of which a nanosecond is an instruction.
func instructions() int64 { return platform.Now() }

func halt() { amd64.Halt() }
