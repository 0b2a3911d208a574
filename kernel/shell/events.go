package shell

import (
	"fmt"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// eventRun counts events of one timer, in a task beside the shell.
type eventRun struct {
	m      *Shell // that has started it
	on     kernel.HardwareTimer
	count  uint64
	period time.Duration
	busy   time.Duration // how long it takes none, after the first
}

var (
	eventTask task.Task[task.None]
	eventJoin task.JoinHandle[task.None] // of the last
	eventsOf  *Shell                     // that has started it
	eventsOn  string
)

// timer tries a hardware timer out.
func (m *Shell) timer(_ *coro.Ctx, args string) error {
	e, err := console.ParseEvents(args)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range kernel.HardwareTimers() {
		if t.Name == e.Timer {
			return m.startTimer(&eventRun{m, t, e.Count, time.Duration(e.PeriodNS), time.Duration(e.Busy)})
		}
		names = append(names, t.Name)
	}
	return fmt.Errorf("no timer %q here: there is %s", e.Timer, strings.Join(names, " "))
}

func (m *Shell) startTimer(r *eventRun) error {
	if r.on.Err != nil {
		return r.on.Err
	}
	if eventJoin.ID() != 0 && !eventJoin.Done() {
		return fmt.Errorf("%s is at work", eventsOn)
	}
	period := r.period
	if r.count == 1 {
		period = 0
	}
	_, missed := r.on.Timer.Stat()
	startNS := platform.Now()
	if err := r.on.Timer.Start(r.period, period); err != nil {
		return err
	}
	j, err := sched.Spawn(kernel.Executor(), &eventTask, task.Named("events"), coro.Func(func(c *coro.Ctx) (none task.None) {
		r.serve(c, startNS, missed)
		return none
	}))
	if err != nil {
		r.on.Timer.Stop()
		return err
	}
	eventJoin, eventsOf, eventsOn = j, m, r.on.Name
	j.Detach()
	return nil
}

// stopTimer ends what the timer command has started.
func (m *Shell) stopTimer() {
	if eventsOf == m {
		eventJoin.Cancel()
	}
}

// serve counts the events, and says what came of it when there were enough, or when it is cancelled.
func (r *eventRun) serve(c *coro.Ctx, startNS int64, missedBefore uint64) {
	t, seen := r.on.Timer, uint64(0)
	defer func() {
		elapsed := time.Duration(platform.Now() - startNS)
		t.Stop()
		_, missed := t.Stat()
		r.m.notice("%s: %d events of %v in %v, %d missed\n", r.on.Name, seen, r.period, elapsed, missed-missedBefore)
	}()
	for seen < r.count {
		c.Await(t.Events())
		first := seen == 0
		seen += uint64(t.Take())
		if first && r.busy > 0 && seen < r.count {
			c.Sleep(r.busy)
		}
	}
}
