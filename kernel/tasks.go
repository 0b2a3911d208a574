package kernel

import (
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

var timerTask, strayTask task.Task[task.None]

// turnMax is how many sleeps the timer's task ends in one poll, so that other tasks come
// in between.
const turnMax = 64

// ended is how many sleeps have ended.
var ended uint64

// SleepsEnded returns how many sleeps of the system timer have ended. Any level.
func SleepsEnded() uint64 { return ended }

// timerPoll turns the wheel, which sets the alarm to the next deadline. The line of the
// timer wakes it, also when the Go scheduler wanted the interrupt.
//
//tamagotake:realtime
func timerPoll(_ *task.None, cx *task.Context) task.Poll {
	provokedTimer.Do()
	if firstPollNS == 0 {
		firstPollNS = platform.Now()
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
		n, ok := irq.NextStray()
		if !ok {
			return task.Pending
		}
		done := "masked"
		if !maskable(n) {
			done = "it cannot be masked, irqs counts more of them"
		}
		notice("interrupt on line %d, which is not registered: %s\n", n, done)
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
		e, in, ok := task.NextEnd()
		if ok {
			notice("%v\n", e)
			continue
		}
		reportSleep.Stop()
		if in == 0 {
			break
		}
		if reportSleep.For(in); reportSleep.Poll(cx) == task.Pending {
			break
		}
	}
	if n := task.LostEnds(); n != 0 {
		notice("%d more tasks have panicked or faulted than there was room to note\n", n)
	}
	return task.Pending
}
