//go:build tamago

package main

import (
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/kernel/console"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// The watchdog's supervisor; see package watchdog. It is woken when a watchdog is started,
// and once a second for as long as one is on.
var (
	supervisor      watchdog.Supervisor
	supervisorTask  task.Task[task.None]
	supervisorWaker task.Waker
	meals           timer.Interval
	mealsOn         bool
)

func supervisorPoll(_ *task.None, cx *task.Context) task.Poll {
	if timeout, _, _ := supervisor.Stat(); timeout == 0 {
		meals.Stop()
		mealsOn = false
		return task.Pending
	}
	if !mealsOn {
		mealsOn = true
		meals.Every(watchdog.FeedNS)
	}
	for meals.Poll(cx) == task.Ready {
		supervisor.Feed(hal.Now())
	}
	return task.Pending
}

// dogs are the watchdogs of the machine, by name. The first is the one that is meant if
// none is named.
type namedDog struct {
	name string
	watchdog.Dog
	hidden bool // it cannot be told whether it is there: it must be named
}

const wdogUsage = "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing"

// wdog shows, starts, feeds and stops the watchdog, and hangs the kernel to see it bite.
func (m *monitor) wdog(args string) {
	f := strings.Fields(args)
	switch {
	case len(f) == 0:
		m.showDog()
	case f[0] == "start" && (len(f) == 2 || len(f) == 3):
		m.startDog(f[1], f[2:])
	case args == "feed":
		supervisor.Feed(hal.Now())
		m.showDog()
	case args == "stop":
		if err := supervisor.Stop(); err != nil {
			m.printf("%v\n", err)
			return
		}
		m.showDog()
	case args == "hang masked" || args == "hang thread":
		m.printf("hanging\n")
		m.leave = func() { hang(f[1] == "masked") }
	default:
		m.printf("%s, not %q\n", wdogUsage, args)
	}
}

// hang never returns: with interrupts masked, or in the executor of the thread tasks.
func hang(masked bool) {
	if masked {
		hal.MaskInterrupts()
	}
	//lint:ignore SA5002 this is what is asked for
	for {
	}
}

func (m *monitor) showDog() {
	timeout, fed, last := supervisor.Stat()
	if timeout != 0 {
		m.printf("watchdog: bites after %v, fed %d times, last %v ago\n",
			time.Duration(timeout), fed, time.Duration(hal.Now()-last).Truncate(time.Millisecond))
		return
	}
	m.printf("watchdog: off; there is")
	for _, d := range dogs {
		m.printf(" %s", d.name)
		if d.hidden {
			m.printf(" (perhaps)")
		}
	}
	if bitten {
		m.printf("; it has ended the run before this")
	}
	m.printf("\n")
}

func (m *monitor) startDog(seconds string, name []string) {
	ns, err := console.Seconds(seconds, 1e6)
	if err != nil {
		m.printf("wdog start %v\n", err)
		return
	}
	for _, d := range dogs {
		if len(name) == 0 && d.hidden || len(name) == 1 && name[0] != d.name {
			continue
		}
		if err := supervisor.Start(d.Dog, ns, hal.Now()); err != nil {
			m.printf("wdog: %v\n", err)
			return
		}
		supervisorWaker.Wake()
		m.showDog()
		return
	}
	m.printf("wdog: there is no such watchdog, or none that can be found: name one of")
	for _, d := range dogs {
		m.printf(" %s", d.name)
	}
	m.printf("\n")
}
