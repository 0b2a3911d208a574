//go:build tamago

package shell

import (
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// eventRun is what the timer command has started: count events of one timer.
var eventRun struct {
	m        *Shell // that has started it
	task     task.Waker
	stopped  bool
	on       *kernel.HardwareTimer
	count    uint64
	periodNS int64
	busyNS   int64 // for how long the task is busy with the first
	busy     timer.Sleep
	startNS  int64
	seen     uint64
	missed   uint64 // before
}

var eventTask task.Task[task.None]

// timer tries a hardware timer out.
func (m *Shell) timer(args string) {
	e, err := console.ParseEvents(args)
	if err != nil {
		m.printf("%v\n", err)
		return
	}
	timers := kernel.HardwareTimers()
	for i := range timers {
		if t := &timers[i]; t.Name == e.Timer {
			m.startTimer(t, e.PeriodNS, e.Count, e.Busy)
			return
		}
	}
	m.printf("no timer %q here: there is", e.Timer)
	for _, t := range timers {
		m.printf(" %s", t.Name)
	}
	m.printf("\n")
}

func (m *Shell) startTimer(t *kernel.HardwareTimer, ns int64, count uint64, busyNS int64) {
	r := &eventRun
	if t.Err != nil {
		m.printf("%v\n", t.Err)
		return
	}
	if r.on != nil {
		m.printf("%s is at work\n", r.on.Name)
		return
	}
	_, missed := t.Timer.Stat()
	r.m, r.stopped = m, false
	r.on, r.count, r.periodNS, r.busyNS, r.seen, r.missed = t, count, ns, busyNS, 0, missed
	r.startNS = platform.Now()
	period := ns
	if count == 1 {
		period = 0
	}
	if err := t.Timer.Start(time.Duration(ns), time.Duration(period)); err != nil {
		m.printf("%v\n", err)
		r.on = nil
		return
	}
	r.task = kernel.Spawn(kernel.Executor(), &eventTask, "events", eventPoll)
}

// stopTimer ends what the timer command has started.
func (m *Shell) stopTimer() {
	if r := &eventRun; r.on != nil && r.m == m {
		r.stopped = true
		r.task.Wake()
	}
}

// eventPoll counts the events, and says what came of it when there were enough. While it is
// busy, after the first, it takes none.
func eventPoll(_ *task.None, cx *task.Context) task.Poll {
	r := &eventRun
	if r.busy.Poll(cx) == task.Pending && !r.stopped {
		return task.Pending
	}
	r.on.Timer.Events().Poll(cx)
	n := uint64(r.on.Timer.Take())
	first := r.seen == 0 && n > 0
	if r.seen += n; r.seen < r.count && !r.stopped {
		if first && r.busyNS > 0 {
			r.busy.For(time.Duration(r.busyNS))
			r.busy.Poll(cx)
		}
		return task.Pending
	}
	elapsed := time.Duration(platform.Now() - r.startNS)
	r.busy.Stop()
	r.on.Timer.Stop()
	_, missed := r.on.Timer.Stat()
	r.m.notice("%s: %d events of %v in %v, %d missed\n", r.on.Name, r.seen, time.Duration(r.periodNS), elapsed, missed-r.missed)
	r.on = nil
	return task.Ready
}
