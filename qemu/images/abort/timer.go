//go:build tamago

package main

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// What the victim does with a wheel. It is one of its own, which no alarm follows: who turns it
// is the victim, and the census afterwards.
const (
	actTurn = actsSync + iota
	actSleep
	actMove
	actStop
	actInterval
	actDeadline
)

var (
	wheel timer.Wheel

	sleepers     [6]sleeper // 1 and 4 are real-time tasks
	victimSleep  timer.Sleep
	victimEvery  timer.Interval
	victimBefore timer.Deadline
)

// sleeper is a task that sleeps once.
type sleeper struct {
	task  task.Task[task.None]
	join  task.JoinHandle[task.None]
	sleep timer.Sleep
	polls int
}

//tamagotake:realtime
func (s *sleeper) poll(cx *task.Context) task.Poll {
	s.polls++
	return s.sleep.Poll(cx)
}

// spawnSleepers has tasks sleep until begin and some time, each a step longer.
func spawnSleepers(begin, step int64) {
	for i := range sleepers {
		s := &sleepers[i]
		s.polls = 0
		s.sleep.On(&wheel)
		s.sleep.Until(begin + int64(i)*step*machine.InstructionNS)
		on := sched.Spawner(&threads)
		if i == 1 || i == 4 {
			on = &sched.Normal
		}
		j, err := sched.SpawnMethod(on, &s.task, nil, s, (*sleeper).poll)
		if err != nil {
			panic(fmt.Sprint("sleeper ", i, ": ", err))
		}
		s.join = j
		threads.Tick()
	}
}

func performTimer(cx *task.Context) {
	if act == actTurn {
		wheel.Turn()
	} else if act == actSleep {
		victimSleep.For(time.Duration(1e6 * machine.InstructionNS))
		victimSleep.Poll(cx)
	} else if act == actMove {
		victimSleep.Until(platform.Now() + 1e9)
		victimSleep.Until(platform.Now())
		victimSleep.Poll(cx)
	} else if act == actStop {
		victimSleep.Stop()
	} else if act == actInterval {
		victimEvery.Every(1)
		victimEvery.Poll(cx)
		victimEvery.Poll(cx)
		victimEvery.Stop()
	} else {
		victimBefore.For(time.Duration(1e6 * machine.InstructionNS))
		victimBefore.Passed(cx)
		victimBefore.Stop()
	}
}

// wait lets the time come.
func wait(untilNS int64) {
	for platform.Now() < untilNS {
	}
}

// turns is a trial of a turn: what it has not woken the next turn wakes.
func turns(name string, afterN, step, turnAfter int64) trial {
	return trial{
		name: name, act: actTurn,
		setup: func() {
			begin := soon(afterN)
			spawnSleepers(begin, step)
			wait(begin + turnAfter*machine.InstructionNS)
		},
		check:   checkSleepers,
		partner: func() task.Waker { return sleepers[0].join.Waker() },
	}
}

func checkSleepers() string {
	for n := 0; ; n++ {
		t := wheel.Turn()
		if lost := drain(); lost != "" {
			return lost
		}
		if t.NextNS == noDeadline {
			break
		}
		if wait(t.NextNS); n > 100 {
			return "the wheel has no end"
		}
	}
	for i := range sleepers {
		s := &sleepers[i]
		if !s.join.Done() {
			return fmt.Sprint("task ", i, " sleeps for ever")
		}
		s.join.Detach()
	}
	return ""
}

const noDeadline = 1<<63 - 1

// sleeps is a trial of what the victim does with its own sleep: nothing of it is left in the
// wheel, and others sleep as before.
func sleeps(name string, act int, prepares bool) trial {
	return trial{
		name: name, act: act, prepares: prepares,
		setup: func() {
			victimSleep, victimEvery, victimBefore = timer.Sleep{}, timer.Interval{}, timer.Deadline{}
			victimSleep.On(&wheel)
			victimEvery.On(&wheel)
			victimBefore.On(&wheel)
			spawnSleepers(soon(1e4), 300)
		},
		check: func() string {
			lost := checkSleepers()
			if lost == "" && victimSleep.Deadline() != 0 {
				victimSleep.Stop() // it is over, or this would find it in no slot
			}
			return lost
		},
	}
}

var timerTrials = []trial{
	turns("a turn, all of one tick", 5e3, 0, 10),
	turns("a turn, all of ticks of their own", 5e3, 20, 200),
	turns("a turn that moves to lower levels", 9e3, 700, 10),
	sleeps("a sleep begins", actSleep, false),
	sleeps("a sleep is moved", actMove, true),
	sleeps("a sleep is stopped", actStop, true),
	sleeps("an interval", actInterval, false),
	sleeps("a deadline", actDeadline, false),
}
