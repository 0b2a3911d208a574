//go:build tamago

package main

import (
	"strings"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/line"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
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
func timerPoll(_ *task.None, cx *task.Context) task.Poll {
	provokedTimer.do()
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
func strayPoll(*task.None, *task.Context) task.Poll {
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

var (
	reportTask  task.Task[task.None]
	reportSleep timer.Sleep // until the next result that nothing has taken is reported
)

// reportPoll tells of tasks that have panicked, faulted or exceeded their budget, and whose
// result nothing has taken.
func reportPoll(_ *task.None, cx *task.Context) task.Poll {
	for {
		e, inNS, ok := task.NextEnd()
		if ok {
			theMonitor.notice("%v\n", e)
			continue
		}
		reportSleep.Stop()
		if inNS == 0 {
			break
		}
		if reportSleep.For(inNS); reportSleep.Poll(cx) == task.Pending {
			break
		}
	}
	if n := task.LostEnds(); n != 0 {
		theMonitor.notice("%d more tasks have panicked or faulted than there was room to note\n", n)
	}
	return task.Pending
}

// The tasks of the fault command.
var faultTask, faultRealtimeTask task.Task[task.None]

const faultUsage = "fault wants nothing, monitor, or rt, timer or uart and then nothing, budget or always"

// fault shows that a fault ends the task it strikes and nothing else.
func (m *monitor) fault(args string) {
	name, how, _ := strings.Cut(args, " ")
	what := map[string]uint32{"": faultOnce, "budget": budgetOnce, "always": faultAlways}[how]
	if what == 0 || how != "" && name != "rt" && name != "timer" && name != "uart" {
		name = "?"
	}
	switch name {
	case "":
		start(&executor, &faultTask, "fault", faultPoll)
	case "rt":
		provokedOther.what.Store(what)
		start(&sched.Normal, &faultRealtimeTask, "fault-rt", faultRealtimePoll)
		provokedOther.what.Store(0)
	case "timer":
		provokedTimer.what.Store(what)
		hal.SetAlarm(hal.Now())
	case "uart":
		provokedUART.what.Store(what)
	case "monitor":
		*nowhere = 1
	default:
		m.printf("%s, not %q\n", faultUsage, args)
	}
}

var nowhere *int

func faultPoll(*task.None, *task.Context) task.Poll {
	*nowhere = 1
	return task.Ready
}

//tamagotake:realtime
func faultRealtimePoll(*task.None, *task.Context) task.Poll {
	provokedOther.do()
	return task.Ready
}
