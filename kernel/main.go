//go:build tamago

// Command kernel is the kernel: it says what it runs on, starts its tasks and becomes
// their executor.
//
//	reset -> hal/ARCH -> Go runtime -> main
//	                                    |  banner
//	                                    |  spawn: timer, supervisor, stray, uart, the
//	                                    |  devices that are found, monitor
//	                                    v
//	                                  executor.Run   <-- wakes from lines
//
// Tasks, each a poll function:
//
//	reports  tells of tasks that have panicked or faulted
//	timer    real-time: wakes the tasks whose sleep is over, and sets the one-shot timer
//	uart     real-time, the console's driver: empties the device into a ring
//	timer-super, uart-super, monitor-super  start these again, see essential.go
//	vda ...  real-time, one for each device that was found
//	devices  real-time, once there is one of these: has them look for what is overdue
//	clock    real-time, the PC's clock: tells when a second begins
//	gpio1 ... real-time, one for each bank of pins, on ARM
//	sd1      the driver of the card slot, on ARM; sd1-super starts it again
//	hpet, gpt, epit  real-time, the drivers of timers beside that of the system
//	supervisor  feeds the watchdog, if there is one and it is on
//	stray    reports lines that interrupted although nobody registered them
//	monitor  edits what arrives into lines and runs the commands
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/line"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

const doorbell = 0

// budgetNS is how long a poll of a real-time task may take, and how long one of a thread
// task may block until it is reported: far more than any needs, and also more than an
// emulator is kept from running by its host.
const budgetNS = 2e9

// computeNS is how long a poll of a thread task may have the processor until it is reported.
const computeNS = 10e9

// tickShift is how exactly deadlines are kept: they are rounded up to 1.024 us.
const tickShift = 10

var (
	executor sched.Executor

	timerTask, strayTask, uartTask, monitorTask task.Task[task.None]
)

func main() {
	mainNS = hal.Now()
	banner()
	executor.Init(doorbell)
	setBudget(budgetNS)
	executor.Watch(budgetNS, func(s sched.Stall) { fmt.Fprintf(os.Stdout, "\n%v\n%s\n", s, s.Stack) })
	executor.WatchComputing(computeNS)
	timer.Default.SetTick(tickShift)
	timer.Default.Drive()

	task.ReportTo(start(&executor, &reportTask, "reports", reportPoll))
	essentialTimer.start()
	supervisorWaker = start(&executor, &supervisorTask, "supervisor", supervisorPoll)
	line.RegisterStray(start(&executor, &strayTask, "stray", strayPoll))
	consoleInit()
	essentialUART.start()
	timersStart()
	dateStart()
	dogsStart()
	startDevices()
	theMonitor.in = consoleInput()
	essentialMonitor.start()
	executor.Run()
}

// start spawns a task that nothing joins: if it panics or faults that is reported.
func start(on sched.Home, t *task.Task[task.None], name string, poll task.Func[task.None]) task.Waker {
	j, err := sched.Spawn(on, t, task.Named(name), poll)
	return started(name, j, err)
}

// startMethod is start with a poll that is a method of the device.
func startMethod[D any](on sched.Home, t *task.Task[task.None], name string, device *D, poll func(*D, *task.Context) task.Poll) task.Waker {
	j, err := sched.SpawnMethod(on, t, task.Named(name), device, poll)
	return started(name, j, err)
}

func started(name string, j task.JoinHandle[task.None], err error) task.Waker {
	if err != nil {
		panic("cannot start task " + name + ": " + err.Error())
	}
	w := j.Waker()
	j.Detach()
	return w
}

func banner() {
	memStart, memEnd := runtime.MemRegion()
	textStart, textEnd := runtime.TextRegion()
	_, dataEnd := runtime.DataRegion()
	const kib = 1024
	fmt.Fprintf(os.Stdout, "tamagotake, %s %s\n", runtime.Version(), runtime.GOARCH)
	fmt.Fprintf(os.Stdout, "machine: %s\n", machineName())
	fmt.Fprintf(os.Stdout, "clock:   %s\n", clockName())
	fmt.Fprintf(os.Stdout, "memory:  %d KiB, kernel %d KiB of it, code %d KiB\n",
		(memEnd-memStart)/kib, (dataEnd-memStart)/kib, (textEnd-textStart)/kib)
}

// When main was reached, and when the first task was polled: the end of the start.
var mainNS, firstPollNS int64

func (m *monitor) printFirstPoll() {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.printf("start:   main at %d ns, first poll at %d ns, runtime has taken %d KiB\n",
		mainNS, firstPollNS, s.Sys/1024)
}
