//go:build tamago

package main

import (
	"fmt"

	"tamagotake/drivers/imxuart"
	"tamagotake/drivers/serial"
	"tamagotake/hal/arm"
	"tamagotake/hal/line"
	"tamagotake/rt/task"
)

// What the kernel needs of this machine; machine_amd64.go has the same names.

const lineTimer = arm.LineTimer

func machineName() string { return arm.Machine() }

func clockName() string {
	hz := arm.CounterHz()
	text := fmt.Sprintf("generic timer %d.%03d MHz", hz/1e6, hz/1e3%1e3)
	if core := arm.CoreHz(); core != 0 {
		text += fmt.Sprintf(", core %d MHz", core/1e6)
	}
	return text
}

func setBudget(ns int64) { arm.SetBudget(ns) }

func halt()   { arm.Halt() }
func reboot() { arm.Reboot() }

// uart is the console's port.
var uart = imxuart.Port{Base: arm.ConsoleBase, Line: arm.ConsoleLine}

// uartPoll is the console's driver.
//
//tamagotake:realtime
func uartPoll(cx *task.Context, out *task.None) task.Poll { return uart.Poll(cx, out) }
func consoleInput() *serial.Input                         { return &uart.Input }

// consoleInit comes before the driver's task.
func consoleInit() {}

// consoleStart connects the port's line to its driver, and only then lets the port
// interrupt.
func consoleStart(w task.Waker) {
	line.Register(arm.ConsoleLine, "uart", line.Level, w)
	line.Unmask(arm.ConsoleLine)
	uart.Start()
}
