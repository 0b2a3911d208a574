//go:build tamago

package kernel

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/cmosrtc"
	"github.com/tamagotake/tamagotake/drivers/hpet"
	"github.com/tamagotake/tamagotake/drivers/ib700"
	"github.com/tamagotake/tamagotake/drivers/ns16550"
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What the kernel needs of this machine; machine_arm.go has the same names.

const (
	lineTimer   = amd64.LineTimer
	lineConsole = amd64.LineCOM1
)

func machineName() string { return amd64.Machine() }

func clockName() string {
	c := amd64.ClockInfo()
	return fmt.Sprintf("TSC %d.%03d MHz, timer %d.%03d MHz, against %s; kernel entered at %d ns",
		c.TSCHz/1e6, c.TSCHz/1e3%1e3, c.TimerHz/1e6, c.TimerHz/1e3%1e3, c.Reference, amd64.EntryNS())
}

// maskable reports whether a line can be masked.
func maskable(n uint32) bool { return amd64.Maskable(n) }

func setBudget(ns int64) (setNS int64) { return amd64.SetBudget(ns) }

func halt()   { amd64.Halt() }
func reboot() { amd64.Reboot() }

// com1 is the console's port.
var com1 = ns16550.Port{Base: amd64.COM1}

// uartPoll is the console's driver.
//
//tamagotake:realtime
func uartPoll(_ *task.None, cx *task.Context) task.Poll {
	provokedUART.Do()
	return com1.Poll(cx)
}

func consoleInput() *serial.Input   { return &com1.Input }
func consoleOutput() *serial.Output { return &com1.Output }

//go:nosplit
func consolePrint(c byte) { com1.Print(c) }

//go:nosplit
func consoleDrain() { com1.Drain() }

// consoleInit comes before the driver's task.
func consoleInit() {
	for _, c := range amd64.Early() {
		com1.Input.Push(c)
	}
}

// consoleStart connects the port's line to its driver, and only then lets the port
// interrupt. From then on what is printed goes through the driver.
func consoleStart(w task.Waker) {
	irq.Register(amd64.LineCOM1, "uart", irq.Edge, w)
	irq.Unmask(amd64.LineCOM1)
	com1.Start()
	hal.SetConsole(consolePrint, consoleDrain)
}

// hpetInput is one of the inputs that the HPET of q35 can use, 2, 8 and 16 to 23, and that
// nothing else has: 2 is the PIT's, 8 the real-time clock's, 20 to 23 PCI's, and 16 to 18
// those of the chipset's own devices.
const hpetInput = 19

var (
	hpetTimer = hpet.Timer{Base: amd64.HPET, Index: 2}
	hpetTask  task.Task[task.None]

	hardwareTimers = []HardwareTimer{{Name: "hpet", Timer: &hpetTimer}}
)

// The real-time clock (ICH9 13.6): its ports, and its input, which is that of the PC/AT.
const (
	clockPort  = 0x70
	clockInput = 8
)

var (
	cmosClock = cmosrtc.Clock{Port: clockPort}
	clockTask task.Task[task.None]

	theClock           = &cmosClock
	theSeconds Seconds = &cmosClock
)

// timersStart connects the hardware timers and the clock to their drivers.
func timersStart() {
	clock := amd64.LineGSI(clockInput)
	irq.Register(clock, "clock", irq.Edge, SpawnMethod(&sched.Normal, &clockTask, "clock", &cmosClock, (*cmosrtc.Clock).Poll))
	irq.Unmask(clock)

	if hardwareTimers[0].Err = hpetTimer.Init(hpetInput); hardwareTimers[0].Err != nil {
		return // microvm has none
	}
	n := amd64.LineGSI(hpetInput)
	irq.Register(n, "hpet", irq.Edge, SpawnMethod(&sched.Normal, &hpetTask, "hpet", &hpetTimer, (*hpet.Timer).Poll))
	irq.Unmask(n)
}

const ib700Port = 0x441

// dogsStart makes known what cannot be found.
func dogsStart() { dogs = append(dogs, NamedDog{"ib700", &ib700.Dog{Port: ib700Port}, true}) }
