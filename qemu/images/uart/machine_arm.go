//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/drivers/imxuart"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

var port = imxuart.Port{Base: arm.ConsoleBase, Line: arm.ConsoleLine}

func connect(w task.Waker) {
	irq.Register(arm.ConsoleLine, "uart", irq.Level, w)
	irq.Unmask(arm.ConsoleLine)
	port.Start()
}

// pending reports whether the device has a byte, of which it interrupts (IMX6ULLRM 55.15.8:
// USR2, RDR).
func pending() bool { return mmio.Read32(arm.ConsoleBase+0x98)&1 != 0 }

// instructions reads the clock. One count is an instruction, and several nanoseconds, since
// the chip's frequency is assumed.
func instructions() int64 { return (platform.Now() - 1) / (1e9 / int64(arm.CounterHz())) }

func halt() { arm.Halt() }
