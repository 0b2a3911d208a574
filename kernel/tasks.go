//go:build tamago

package main

import (
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
		done := "masked"
		if !maskable(n) {
			done = "it cannot be masked, irqs counts more of them"
		}
		theMonitor.notice("interrupt on line %d, which nobody has registered: %s\n", n, done)
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
	theMonitor.notice("%v\n", err)
	return task.Ready
}
