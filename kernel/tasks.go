//go:build tamago

package main

import (
	"slices"

	"tamagotake/hal"
	"tamagotake/hal/line"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
	"tamagotake/rt/timer"
)

// turnMax is how many sleeps the timer's task ends in one poll, so that other tasks come
// in between.
const turnMax = 64

// ended is how many sleeps have ended.
var ended uint64

// timerPoll turns the wheel, which sets the alarm to the next deadline. The line of the
// timer wakes it, also when the Go scheduler wanted the interrupt.
//
//tamagotake:realtime
func timerPoll(cx *task.Context, _ *task.None) task.Poll {
	if firstPollNS == 0 {
		firstPollNS = hal.Now()
	}
	t := timer.Default.TurnN(turnMax)
	ended += uint64(t.Expired)
	if t.Remaining {
		cx.Waker().Wake()
	}
	return task.Pending
}

// strayPoll reports each unregistered line once. It was masked when it was delivered.
func strayPoll(*task.Context, *task.None) task.Poll {
	for {
		n, ok := line.NextStray()
		if !ok {
			return task.Pending
		}
		theMonitor.printf("\ninterrupt on line %d, which nobody has registered: masked\n", n)
		theMonitor.prompt()
	}
}

func (m *monitor) tasks(string) {
	m.printf("%4s  %-12s %-10s %10s %10s\n", "id", "name", "state", "polls", "wakes")
	list := task.List(nil)
	slices.Reverse(list)
	for _, t := range list {
		m.printf("%4d  %-12s %-10s %10d %10d\n", t.ID, t.Name, t.State, t.Polls, t.Wakes)
	}
	if n := task.Stale(); n != 0 {
		m.printf("%d uses of handles after the end of their task\n", n)
	}
}

// The task of the fault command, and the one that waits for its end.
var (
	faultTask, faultJoinTask task.Task[task.None]
	faultJoin                task.JoinHandle[task.None]
)

// fault shows that a fault ends the task it strikes and nothing else.
func (m *monitor) fault(string) {
	j, err := sched.Spawn(&executor, &faultTask, faultBuilder, faultPoll)
	if err != nil {
		m.printf("fault: %v\n", err)
		return
	}
	faultJoin = j
	start(&executor, &faultJoinTask, "fault-join", faultJoinPoll)
}

var faultBuilder = task.Named("fault")

var nowhere *int

func faultPoll(*task.Context, *task.None) task.Poll {
	*nowhere = 1
	return task.Ready
}

func faultJoinPoll(cx *task.Context, _ *task.None) task.Poll {
	_, err, done := faultJoin.Poll(cx.Waker())
	if !done {
		return task.Pending
	}
	theMonitor.printf("\n%v\n", err)
	theMonitor.prompt()
	return task.Ready
}
