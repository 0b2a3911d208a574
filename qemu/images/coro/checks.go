//go:build tamago

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// alarm is a time to await: its poll sets the machine's one-shot timer.
type alarm struct{ atNS int64 }

func (a *alarm) Poll(*task.Context) task.Poll {
	if platform.Now() >= a.atNS {
		return task.Ready
	}
	platform.SetAlarm(a.atNS)
	return task.Pending
}

// run has the executor run a body to its end.
func run(name string, body func(*coro.Ctx) error) error {
	tk := new(place)
	out, err := sched.BlockOn(&executor, tk, task.Named(name), coro.Func(body))
	return errors.Join(out, err)
}

// interrupts: a body awaits the timer's line, first quietly and then with the collector at
// work.
func interrupts() {
	const warmUp, rounds = 10, 2000
	for _, load := range []bool{false, true} {
		stop := false
		if load {
			go func() {
				for i := 0; !stop; i++ {
					garbage[i%len(garbage)] = make([]byte, 512)
					runtime.Gosched()
				}
			}()
		}
		var before, after runtime.MemStats
		seen := 0
		err := run("ticker", func(c *coro.Ctx) error {
			irq.Unregister(machine.LineTimer) // it was another task's
			irq.Register(machine.LineTimer, "timer", irq.Edge, c.Waker())
			var a alarm
			for n := range warmUp + rounds {
				if n == warmUp { // the runtime has what it needs for a goroutine that sleeps
					runtime.ReadMemStats(&before)
					seen = 0
				}
				a.atNS = platform.Now() + 20e3
				c.Await(&a)
				seen++
			}
			runtime.ReadMemStats(&after)
			return nil
		})
		stop = true
		runtime.Gosched()
		if load {
			runtime.GC()
			check.Report(err == nil && seen == rounds, "%d interrupts awaited beside %d allocations, %v", seen, after.Mallocs-before.Mallocs, err)
		} else {
			check.Report(err == nil && seen == rounds && after.Mallocs == before.Mallocs, "%d interrupts awaited, %d allocations, %v", seen, after.Mallocs-before.Mallocs, err)
		}
	}
	clear(garbage[:])
}

var garbage [64][]byte

// cancelled: bodies in the middle of nested calls, cancelled in every second place.
func cancelled() {
	const bodies, rounds = 50, 20
	places := make([]place, bodies)
	before := runtime.NumGoroutine()
	deferred, wrong := 0, 0
	for range rounds {
		err := run("parent", func(c *coro.Ctx) error {
			var handles [bodies]task.JoinHandle[error]
			for i := range places {
				j, err := sched.Spawn(&executor, &places[i], nil, coro.Func(func(c *coro.Ctx) error { return nested(c, i%7, &deferred) }))
				if err != nil {
					return err
				}
				handles[i] = j
			}
			for i, j := range handles {
				if c.Yield(); i%2 == 0 {
					j.Cancel()
				} else {
					j.Waker().Wake()
					j.Cancel()
				}
			}
			for _, j := range handles {
				if _, err := coro.Join(c, j); err != task.ErrCancelled {
					wrong++
				}
			}
			return nil
		})
		if err != nil {
			wrong++
		}
	}
	want := 0
	for i := range bodies {
		want += rounds * (i%7 + 1)
	}
	check.Report(wrong == 0 && deferred == want, "%d bodies cancelled, %d deferred calls of %d, %d ended otherwise", bodies*rounds, deferred, want, wrong)
	check.Report(runtime.NumGoroutine() == before, "%d goroutines before, %d after", before, runtime.NumGoroutine())
}

func nested(c *coro.Ctx, depth int, deferred *int) error {
	defer func() { *deferred++ }()
	if depth > 0 {
		return nested(c, depth-1, deferred)
	}
	for {
		c.AwaitFunc(func(*task.Context) task.Poll { return task.Pending })
	}
}

var nowhere *int

func dereference() { *nowhere = 1 }

// faults: a processor exception in a body is a panic, of that task alone.
func faults() {
	undone := 0
	err := run("victim", func(c *coro.Ctx) error {
		defer func() { undone++ }()
		c.Yield()
		dereference()
		return nil
	})
	var p *task.PanicError
	ok := errors.As(err, &p) && undone == 1 && strings.Contains(string(p.Stack), "main.dereference")
	check.Report(ok, "a nil dereference in a body: %v", err)
}

var timerTask task.Task[task.None]

// timerPoll turns the wheel, as the kernel's does.
//
//tamagotake:realtime
func timerPoll(*task.None, *task.Context) task.Poll {
	timer.Default.Turn()
	return task.Pending
}

// sleeps: as many bodies as there are, none of which keeps another from its time.
func sleeps() {
	j, err := sched.Spawn(&sched.Normal, &timerTask, task.Named("timer"), timerPoll)
	if err != nil {
		check.Report(false, "%v", err)
		return
	}
	irq.Unregister(machine.LineTimer) // it was another task's
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	timer.Default.Drive()
	const bodies, times = 20, 10
	places := make([]place, bodies)
	slept, early := 0, 0
	err = run("parent", func(c *coro.Ctx) error {
		var handles [bodies]task.JoinHandle[error]
		for i := range places {
			j, err := sched.Spawn(&executor, &places[i], nil, coro.Func(func(c *coro.Ctx) error {
				for range times {
					began, ns := platform.Now(), int64(i+1)*100e3
					if c.Sleep(time.Duration(ns)); platform.Now()-began < ns {
						early++
					}
					slept++
				}
				return nil
			}))
			if err != nil {
				return err
			}
			handles[i] = j
		}
		for _, j := range handles {
			coro.Join(c, j)
		}
		return nil
	})
	check.Report(err == nil && slept == bodies*times && early == 0, "%d sleeps of %d bodies, %d too short, %v", slept, bodies, early, err)
}

// blocks: the report comes while the body blocks, and lets it go.
func blocks() {
	let := make(chan struct{})
	var stall sched.Stall
	executor.Watch(20*time.Millisecond, func(s sched.Stall) {
		stall = s
		close(let)
	})
	err := run("careless", func(c *coro.Ctx) error {
		c.Yield()
		<-let
		return nil
	})
	ok := err == nil && stall.Name == "careless" && stall.State == "chan receive" && strings.Contains(string(stall.Stack), "main.blocks")
	check.Report(ok, "a body that blocks: %v, %v", stall, err)
	if !ok {
		fmt.Printf("%s\n", stall.Stack)
	}
}
