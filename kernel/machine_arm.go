//go:build tamago

package main

import (
	"fmt"

	"tamagotake/drivers/imxuart"
	"tamagotake/drivers/serial"
	"tamagotake/hal"
	"tamagotake/hal/arm"
	"tamagotake/hal/line"
	"tamagotake/rt/task"
)

// What the kernel needs of this machine; machine_amd64.go has the same names.

const lineTimer = arm.LineTimer

func machineName() string { return arm.Machine() }

func clockName() string {
	hz := arm.CounterHz()
	return fmt.Sprintf("generic timer %d.%03d MHz", hz/1e6, hz/1e3%1e3)
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

func consoleInput() *serial.Input   { return &uart.Input }
func consoleOutput() *serial.Output { return &uart.Output }

//go:nosplit
func consolePrint(c byte) { uart.Print(c) }

//go:nosplit
func consoleDrain() { uart.Drain() }

// consoleInit comes before the driver's task.
func consoleInit() {}

// consoleStart connects the port's line to its driver, and only then lets the port
// interrupt. From then on what is printed goes through the driver.
func consoleStart(w task.Waker) {
	line.Register(arm.ConsoleLine, "uart", line.Level, w)
	line.Unmask(arm.ConsoleLine)
	uart.Start()
	hal.SetConsole(consolePrint, consoleDrain)
}
