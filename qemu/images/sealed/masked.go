//go:build tamago

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var nowhere *int

// panics and faults do so with interrupts masked, as a bug within a critical section would.
func panics() {
	platform.MaskInterrupts()
	panic("masked")
}

func faults() {
	platform.MaskInterrupts()
	*nowhere = 1
}

// flag returns the interrupt flag, which is for [platform.RestoreInterrupts], and leaves it.
func flag() uintptr {
	saved := platform.MaskInterrupts()
	platform.RestoreInterrupts(saved)
	return saved & machine.InterruptFlag
}

var (
	alarmTask task.Task[task.None]
	alarms    uint32
)

//tamagotake:realtime
func alarmPoll(*task.None, *task.Context) task.Poll { alarms++; return task.Pending }

// fires reports whether the timer still interrupts.
func fires() bool {
	const waitNS = 60e9 // a host may stand still for seconds
	before := load(&alarms)
	now := platform.Now()
	platform.SetAlarm(now + 100e3)
	for end := now + waitNS; load(&alarms) == before && platform.Now() < end; {
	}
	return load(&alarms) != before
}

//go:noinline
func load(p *uint32) uint32 { return *p }

// masked: what a panic or a fault with interrupts masked leaves behind, wherever it is
// contained.
func masked() {
	j, err := sched.Spawn(&sched.Normal, &alarmTask, task.Named("alarm"), alarmPoll)
	if err != nil {
		check.Report(false, "%v", err)
		return
	}
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	irq.Unmask(machine.LineTimer)
	on := flag()
	check.Report(fires(), "the timer interrupts at first")
	polled := func(f func()) func() error {
		return func() error {
			_, err := sched.BlockOn(&executor, new(task.Task[task.None]), task.Named("victim"), func(*task.None, *task.Context) task.Poll {
				f()
				return task.Ready
			})
			return err
		}
	}
	body := func(f func()) func() error {
		return func() error {
			_, err := sched.BlockOn(&executor, new(task.Task[task.None]), task.Named("victim"), coro.Func(func(c *coro.Ctx) (n task.None) {
				c.Yield()
				f()
				return n
			}))
			return err
		}
	}
	for _, c := range []struct {
		name, text string
		do         func() error
	}{
		{"a poll panics", "masked", polled(panics)},
		{"a poll faults", "nil pointer", polled(faults)},
		{"a body panics", "masked", body(panics)},
		{"a body faults", "nil pointer", body(faults)},
		{"a body faults, and recovers", "", body(func() { recovered(faults) })},
		{"a goroutine faults, and recovers", "nil pointer", func() (err error) {
			done := make(chan error)
			go func() { done <- recovered(faults) }()
			return <-done
		}},
		{"a goroutine panics, and recovers", "masked", func() (err error) {
			done := make(chan error)
			go func() { done <- recovered(panics) }()
			return <-done
		}},
		{"a goroutine exits", "", func() (err error) {
			done := make(chan error)
			go func() {
				defer close(done)
				platform.MaskInterrupts()
				runtime.Goexit()
			}()
			return <-done
		}},
		{"a deferred call panics in a shutdown", "masked", shutdown},
		{"a line that there is not", "no such line", func() error {
			return irq.Register(irq.Lines, "none", irq.Edge, task.Waker{})
		}},
	} {
		err := c.do()
		ok := (err == nil) == (c.text == "") && (err == nil || strings.Contains(err.Error(), c.text))
		now := flag()
		platform.UnmaskInterrupts() // for the next
		check.Report(ok && now == on && fires(), "%s: %v; interrupt flag %#x, before %#x", c.name, err, now, on)
	}
}

// recovered runs f and returns what it panicked with.
func recovered(f func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New(fmt.Sprint(v))
		}
	}()
	f()
	return nil
}

// shutdown has an executor shut down whose only task panics while it cleans up.
func shutdown() error {
	e := new(sched.Executor)
	j, err := sched.Spawn(e, new(task.Task[task.None]), task.Named("victim"), coro.Func(func(c *coro.Ctx) (n task.None) {
		defer panics()
		c.AwaitFunc(func(*task.Context) task.Poll { return task.Pending })
		return n
	}))
	if err != nil {
		return err
	}
	e.Tick()
	e.Shutdown()
	_, err = j.Take()
	return err
}
