//go:build tamago

package main

import (
	"tamagotake/hal"
	"tamagotake/hal/line"
	"tamagotake/rt/task"
)

// ticks counts the seconds that the timer task has seen.
var ticks int64

const tickNS = 1e9

// timerPoll is due once a second. The line of the timer wakes it also when the Go
// scheduler wanted the interrupt; then it is not due, and waits on.
func timerPoll(*task.Context) task.Poll {
	noteFirstPoll()
	for hal.Now() >= (ticks+1)*tickNS {
		ticks++
	}
	hal.SetAlarm((ticks + 1) * tickNS)
	return task.Pending
}

// strayPoll reports each unregistered line once. It was masked when it was delivered.
func strayPoll(*task.Context) task.Poll {
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
	for _, t := range executor.Tasks() {
		m.printf("%4d  %-12s %-10s %10d %10d\n", t.ID, t.Name, t.State, t.Polls, t.Wakes)
	}
	if n := task.Stale(); n != 0 {
		m.printf("%d uses of handles after the end of their task\n", n)
	}
}

// The task of the fault command, and the one that waits for its end.
var (
	faultTask, faultJoinTask task.Task
	faultJoin                task.JoinHandle
)

// fault shows that a fault ends the task it strikes and nothing else.
func (m *monitor) fault(string) {
	j, err := executor.Spawn(&faultTask, "fault", faultPoll)
	if err != nil {
		m.printf("fault: %v\n", err)
		return
	}
	faultJoin = j
	start(&faultJoinTask, "fault-join", faultJoinPoll)
}

var nowhere *int

func faultPoll(*task.Context) task.Poll {
	*nowhere = 1
	return task.Ready
}

func faultJoinPoll(cx *task.Context) task.Poll {
	err, done := faultJoin.Poll(cx.Waker())
	if !done {
		return task.Pending
	}
	theMonitor.printf("\n%v\n", err)
	theMonitor.prompt()
	return task.Ready
}
