//go:build tamago

package main

import (
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Two executors of thread tasks: one that main ticks, and one that has parked most of the time.
var threads, parked sched.Executor

// probe is a task that counts its polls: where it is woken, all works.
type probe struct {
	task  task.Task[task.None]
	waker task.Waker
	polls uint32
}

var threadProbe, parkedProbe, normalProbe, urgentProbe, timerProbe probe

//tamagotake:realtime
func (p *probe) poll(*task.Context) task.Poll { p.polls++; return task.Pending }

func (p *probe) spawn(on sched.Spawner) {
	j, err := sched.SpawnMethod(on, &p.task, nil, p, (*probe).poll)
	if err != nil {
		panic(err)
	}
	p.waker = j.Waker()
	j.Detach()
}

func begin() {
	threadProbe.spawn(&threads)
	parkedProbe.spawn(&parked)
	normalProbe.spawn(&sched.Normal)
	urgentProbe.spawn(&sched.Urgent)
	timerProbe.spawn(&sched.Normal)
	registerTimer(timerProbe.waker)
	go parked.Run()
	beginWakes()
	drain()
}

func registerTimer(w task.Waker) {
	irq.Unregister(machine.LineTimer)
	irq.Register(machine.LineTimer, "timer", irq.Edge, w)
	irq.Unmask(machine.LineTimer)
}

// drain polls until nothing is ready, and says what does not come to rest.
func drain() string {
	for n, quiet := 0, 0; ; n++ {
		polled, remaining := int32(0), false
		for range 3 {
			t := threads.Tick()
			polled, remaining = polled+t.Polled, t.Remaining
		}
		for range 6 {
			runtime.Gosched() // the other executor polls, and parks
		}
		if quiet++; polled != 0 || remaining {
			quiet = 0
		}
		if quiet == 2 { // what the other has polled has woken no task here
			return ""
		}
		if n > 100 {
			return "the queue of a thread executor is inconsistent for ever"
		}
	}
}

// census checks that every task that the trial has not ended still works.
func census() string {
	if lost := drain(); lost != "" {
		return lost
	}
	if timerProbe.waker.Done() { // an interrupt came while polls were bounded: it was ended too
		timerProbe.spawn(&sched.Normal)
		registerTimer(timerProbe.waker)
	}
	before := normalProbe.polls
	if normalProbe.waker.Wake(); load(&normalProbe.polls) == before {
		return "a normal task that was woken is not polled: the real-time executor is dead"
	}
	before = urgentProbe.polls
	if urgentProbe.waker.Wake(); load(&urgentProbe.polls) == before {
		return "an urgent task that was woken is not polled: the real-time executor is dead"
	}
	before = threadProbe.polls
	threadProbe.waker.Wake()
	if threads.Tick(); threadProbe.polls == before {
		return "a thread task that was woken is not polled"
	}
	before = parkedProbe.polls
	parkedProbe.waker.Wake()
	for n := 0; load(&parkedProbe.polls) == before; n++ {
		if runtime.Gosched(); n > 1000 {
			return "a task of a parked executor that was woken is not polled: it was rung for and is not awake"
		}
	}
	before = timerProbe.polls
	platform.SetAlarm(soon(2000))
	for end := soon(1e6); load(&timerProbe.polls) == before; {
		if platform.Now() > end {
			return "the alarm does not come"
		}
	}
	return drain()
}

// awaitTimer lets the alarm of a round come.
func awaitTimer() {
	for end := soon(nested + 3000); platform.Now() < end; {
	}
	nested = 0
}

// soon is when so many instructions will have been executed.
//
//go:nosplit
func soon(n int64) (atNS int64) { return platform.Now() + n*machine.InstructionNS }

//go:noinline
func load(p *uint32) uint32 { return *p }
