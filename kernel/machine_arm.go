//go:build tamago

package kernel

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/epit"
	"github.com/tamagotake/tamagotake/drivers/gpt"
	"github.com/tamagotake/tamagotake/drivers/imxuart"
	"github.com/tamagotake/tamagotake/drivers/imxwdog"
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/drivers/snvs"
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What the kernel needs of this machine; machine_amd64.go has the same names.

const (
	lineTimer   = arm.LineTimer
	lineConsole = arm.ConsoleLine
)

func machineName() string { return arm.Machine() }

func clockName() string {
	hz := arm.CounterHz()
	text := fmt.Sprintf("generic timer %d.%03d MHz", hz/1e6, hz/1e3%1e3)
	if core := arm.CoreHz(); core != 0 {
		text += fmt.Sprintf(", core %d MHz", core/1e6)
	}
	return text
}

// maskable reports whether a line can be masked.
func maskable(n uint32) bool { return n != arm.LineTimer }

func setBudget(ns int64) (setNS int64) { return arm.SetBudget(ns) }

func halt()   { arm.Halt() }
func reboot() { arm.Reboot() }

// uart is the console's port.
var uart = imxuart.Port{Base: arm.ConsoleBase, Line: arm.ConsoleLine}

// uartPoll is the console's driver.
//
//tamagotake:realtime
func uartPoll(_ *task.None, cx *task.Context) task.Poll {
	provokedUART.Do()
	return uart.Poll(cx)
}

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
	irq.Register(arm.ConsoleLine, "uart", irq.Level, w)
	irq.Unmask(arm.ConsoleLine)
	uart.Start()
	hal.SetConsole(consolePrint, consoleDrain)
}

var (
	gptTimer          = gpt.Timer{Base: arm.GPT1Base, Line: arm.LineGPT1}
	epitTimer         = epit.Timer{Base: arm.EPIT1Base, Line: arm.LineEPIT1}
	gptTask, epitTask task.Task[task.None]

	hardwareTimers = []HardwareTimer{{Name: "gpt", Timer: &gptTimer}, {Name: "epit", Timer: &epitTimer}}
)

// timersStart connects the hardware timers to their drivers.
func timersStart() {
	hz := arm.StartTimerClocks()
	if hardwareTimers[0].Err = gptTimer.Init(hz); hardwareTimers[0].Err == nil {
		irq.Register(gptTimer.Line, "gpt", irq.Level, SpawnMethod(&sched.Normal, &gptTask, "gpt", &gptTimer, (*gpt.Timer).Poll))
		irq.Unmask(gptTimer.Line)
	}
	if hardwareTimers[1].Err = epitTimer.Init(hz); hardwareTimers[1].Err == nil {
		irq.Register(epitTimer.Line, "epit", irq.Level, SpawnMethod(&sched.Normal, &epitTask, "epit", &epitTimer, (*epit.Timer).Poll))
		irq.Unmask(epitTimer.Line)
	}
}

// theClock is the chip's, which has no interrupt for the seconds here.
var (
	theClock   = snvs.Clock{Base: arm.SNVSBase}
	theSeconds Seconds
)

// dogsStart takes the first watchdog of the chip.
func dogsStart() {
	dog := imxwdog.Dog{Base: arm.WDOG1}
	dogs = []NamedDog{{"wdog1", dog, false}}
	bitten = dog.Bitten()
}
