package kernel

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	restart "github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The tasks that the kernel cannot live without: without the timer's no sleep ends, without the
// console's nothing is said or heard. Each has a supervisor. If one fails the kernel says so and
// starts it again, later each time, and ends when it has failed essentialFailures times in a
// row: 1 ends the kernel at the first failure.
const essentialFailures = 5

// essentialBackOff is soon at first: all sleeps wait for the timer's task.
var essentialBackOff = restart.BackOff{First: 1e6, Most: 1e9, Good: 60e9}

// essential is such a task and its supervisor.
type essential struct {
	name    string
	spawn   func() (task.JoinHandle[task.None], error)
	started func(w task.Waker, again bool) // connects it to its line; may be nil

	first      task.JoinHandle[task.None] // of the life that main has begun
	supervisor restart.Supervisor[task.None]
	task       task.Task[error]
}

var (
	essentialTimer = essential{
		name:    "timer",
		spawn:   func() (task.JoinHandle[task.None], error) { return spawnRealtime(&timerTask, timerBuilder, timerPoll) },
		started: timerStart,
	}
	essentialUART = essential{
		name:  "uart",
		spawn: func() (task.JoinHandle[task.None], error) { return spawnRealtime(&uartTask, uartBuilder, uartPoll) },
		started: func(w task.Waker, again bool) {
			if again {
				irq.Unregister(lineConsole)
			}
			consoleStart(w)
		},
	}
	uartTask task.Task[task.None]

	timerBuilder, uartBuilder = task.Named("timer"), task.Named("uart")
)

func spawnRealtime(t *task.Task[task.None], b *task.Metadata, poll task.Func[task.None]) (task.JoinHandle[task.None], error) {
	return sched.Spawn(&sched.Normal, t, b, poll)
}

// Essential spawns a task that the application cannot live without, in its first life by spawn
// and again, by spawn as well, whenever it has ended, also by itself or cancelled. When it has done
// so five times in a row, less than a minute after each start, the program ends. Thread level.
func Essential(name string, spawn func() (task.JoinHandle[task.None], error)) {
	mustHaveStarted("Essential")
	(&essential{name: name, spawn: spawn}).start()
}

// timerStart connects the timer's line to its task.
func timerStart(w task.Waker, again bool) {
	if again {
		irq.Unregister(lineTimer)
	}
	irq.Register(lineTimer, "timer", irq.Edge, w)
	irq.Unmask(lineTimer)
}

// start begins the first life, so that it is there before main goes on, and has the supervisor
// take it over.
func (e *essential) start() {
	e.first = e.begin(false)
	s := &e.supervisor
	s.Name = e.name
	s.BackOff = essentialBackOff
	s.Always = true
	s.Pause = pause
	s.Start = func(*coro.Ctx) (j task.JoinHandle[task.None], err error) {
		if j, e.first = e.first, (task.JoinHandle[task.None]{}); j.ID() != 0 {
			return j, nil
		}
		return e.begin(true), nil
	}
	s.Report = func(text string) {
		var p *task.PanicError
		if errors.As(s.Stat().Err, &p) {
			function, place := p.Where()
			text += ", in " + function + ", " + place
		}
		notice("the kernel cannot live without this: %s\n", text)
	}
	s.Down = func(err error) {
		if s.Stat().InARow < essentialFailures {
			return
		}
		text := "task " + e.name + ", without which the kernel cannot live, has failed " + strconv.Itoa(essentialFailures) + " times in a row: " + err.Error()
		go panic(text) // of no task: it ends the kernel
	}
	j, err := sched.Spawn(&executor, &e.task, task.Named(e.name+"-super"), coro.Func(s.Run))
	if err != nil {
		panic("cannot start task " + e.name + "-super: " + err.Error())
	}
	j.Detach()
}

// begin spawns the task and connects it. What has interrupted meanwhile is looked for by
// another poll.
func (e *essential) begin(again bool) task.JoinHandle[task.None] {
	j, err := e.spawn()
	if err != nil {
		panic("cannot start task " + e.name + ": " + err.Error())
	}
	if e.started != nil {
		e.started(j.Waker(), again)
	}
	if again {
		j.Waker().Wake()
	}
	return j
}

// pause awaits a time by a timer of the Go runtime: the kernel's may be what has failed.
func pause(c *coro.Ctx, d time.Duration) {
	var over atomic.Bool
	w := c.Waker()
	t := time.AfterFunc(d, func() {
		over.Store(true)
		w.Wake()
	})
	defer t.Stop()
	c.AwaitFunc(func(*task.Context) task.Poll {
		if over.Load() {
			return task.Ready
		}
		return task.Pending
	})
}
