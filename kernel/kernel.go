package kernel

import (
	"fmt"
	"os"
	"time"

	_ "github.com/tamagotake/tamagotake/hal/board" // the command line
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// Config is what [Start] is told. The zero value will do.
type Config struct {
	// Budget is how long a poll of a real-time task may take before its task is ended, and how
	// long one of a thread task may block before that is reported. 2 s if it is 0: far more than
	// any needs, and also more than an emulator is kept from running by its host.
	Budget time.Duration

	// Compute is how long a poll of a thread task may have the processor before that is
	// reported. 10 s if it is 0.
	Compute time.Duration

	// Quiet leaves the banner out.
	Quiet bool
}

// tickShift is how exactly deadlines are kept: they are rounded up to 1.024 us.
const tickShift = 10

var executor sched.Executor

// When Start was called, and when the first task was polled: the end of the start.
var startNS, firstPollNS int64

// Start starts the kernel's tasks and the devices that it finds. What cannot be started is
// reported on the console and left out; without timer and console there is no kernel, and Start
// panics, as it does below an operating system. Thread level, once, by the goroutine that calls
// [Run].
func Start(c Config) {
	mustHaveMachine()
	if startNS != 0 {
		panic("kernel: Start is called a second time")
	}
	if c.Budget < 0 || c.Compute < 0 {
		panic("kernel: a duration of Config is negative")
	}
	startNS = max(platform.Now(), 1)
	if c.Budget == 0 {
		c.Budget = 2 * time.Second
	}
	if c.Compute == 0 {
		c.Compute = 10 * time.Second
	}
	if !c.Quiet {
		banner()
	}
	if most := time.Duration(setBudget(int64(c.Budget))); most < c.Budget {
		notice("the budget of a poll is %v, and not %v: the machine's timer counts no further\n", most, c.Budget)
		c.Budget = most
	}
	executor.Watch(c.Budget, func(s sched.Stall) { fmt.Fprintf(os.Stdout, "\n%v\n%s\n", s, s.Stack) })
	executor.WatchComputing(c.Compute)
	timer.Default.SetTick(tickShift)
	timer.Default.Drive()

	task.ReportTo(Spawn(&executor, &reportTask, "reports", reportPoll))
	essentialTimer.start()
	feederWaker = Spawn(&executor, &feederTask, "supervisor", feederPoll)
	irq.RegisterStray(Spawn(&executor, &strayTask, "stray", strayPoll))
	consoleInit()
	essentialUART.start()
	stdinStart()
	timersStart()
	dateStart()
	dogsStart()
	startDevices()
	for _, f := range onStart {
		f()
	}
}

var onStart []func()

// OnStart has f called at the end of [Start], when the devices have been found: by a package that
// needs the kernel, and is no driver of a device that [Register] can match. Thread level, from an
// init function.
func OnStart(f func()) {
	if startNS != 0 {
		panic("kernel: OnStart after Start: call it from an init function")
	}
	onStart = append(onStart, f)
}

// Run runs the thread tasks. It never returns: [Halt] and [Reboot] end the program, or os.Exit.
func Run() {
	mustHaveStarted("Run")
	executor.Run()
}

// mustHaveStarted panics before [Start]: a sleep of a task that was spawned then would have another
// length, and nothing would turn the wheel that it is on.
func mustHaveStarted(what string) {
	if startNS == 0 {
		panic("kernel: " + what + " before Start: call kernel.Start first")
	}
}

// Executor returns the executor of the thread tasks, for package sched.
func Executor() *sched.Executor { return &executor }

// Realtime spawns a real-time task whose poll is a method of state, such as (*blinker).Poll, with
// the mark //tamagotake:realtime. It is polled before Realtime returns: register its line first,
// or have the poll do nothing until that is done. If it faults or exceeds its budget that is
// reported.
//
// It panics if the image was verified, and the method is not marked. Thread level. It allocates;
// the task is there for ever.
//
// What the task waits for, as a lock or a sleep, is a package variable or a field of state: see
// [task.Wait].
func Realtime[S any](name string, state *S, poll func(*S, *task.Context) task.Poll) task.Waker {
	mustHaveStarted("Realtime")
	return SpawnMethod(&sched.Normal, new(task.Task[task.None]), name, state, poll)
}

// Go spawns a straight-line thread task: see package coro. If it returns an error or panics that is
// reported. What it returns wakes and cancels the task. Thread level. It allocates, and the memory is
// used again when the task has ended.
func Go(name string, body func(*coro.Ctx) error) task.Waker {
	j := GoJoin(name, func(c *coro.Ctx) error {
		err := body(c)
		if err != nil {
			notice("task %d %s: %v\n", c.Waker().ID(), name, err)
		}
		return err
	})
	j.Detach()
	return j.Waker()
}

// GoJoin is [Go] for who wants to have the error: it is the result of the handle, which must be
// polled until it is there, or detached. If it is not taken, a panic is reported.
func GoJoin(name string, body func(*coro.Ctx) error) task.JoinHandle[error] {
	mustHaveStarted("Go")
	j, err := sched.SpawnIn(&executor, &straight, task.Named(name), coro.Func(body))
	if err != nil {
		panic("cannot start task " + name + ": " + err.Error())
	}
	return j
}

var straight task.GrowPool[error]

// Spawn is [sched.Spawn] of a task that nothing joins: if it panics or faults that is reported.
// It panics where sched.Spawn returns an error.
func Spawn(on sched.Spawner, t *task.Task[task.None], name string, poll task.Func[task.None]) task.Waker {
	mustHaveStarted("Spawn")
	j, err := sched.Spawn(on, t, task.Named(name), poll)
	return spawned(name, j, err)
}

// SpawnMethod is [Spawn] with a poll that is a method of state: see [sched.SpawnMethod].
func SpawnMethod[S any](on sched.Spawner, t *task.Task[task.None], name string, state *S, poll func(*S, *task.Context) task.Poll) task.Waker {
	mustHaveStarted("SpawnMethod")
	j, err := sched.SpawnMethod(on, t, task.Named(name), state, poll)
	return spawned(name, j, err)
}

func spawned(name string, j task.JoinHandle[task.None], err error) task.Waker {
	if err != nil {
		panic("cannot start task " + name + ": " + err.Error())
	}
	w := j.Waker()
	j.Detach()
	return w
}

// Halt switches the machine off. What was printed is sent first. Any level.
func Halt() { halt() }

// Reboot restarts the machine. What was printed is sent first. Any level.
func Reboot() { reboot() }

// StartNS returns when Start was called, and when the first task was polled, in nanoseconds since
// the machine was switched on.
func StartNS() (start, firstPoll int64) { return startNS, firstPollNS }
