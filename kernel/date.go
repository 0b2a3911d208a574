//go:build tamago

package main

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/kernel/console"
	"github.com/tamagotake/tamagotake/rt/task"
)

// secondSource is a clock that tells when a second begins.
type secondSource interface {
	Updates(on bool)
	Take(w task.Waker) uint32
}

// dateStart gives the Go runtime the date, so that time.Now has it. A clock that has none, or
// one before the image was built, has lost its battery: time goes on from the build.
func dateStart() {
	if t, err := theClock.Read(); err == nil && t.After(time.Now()) {
		hal.SetDate(t)
	}
}

// date shows the date, or sets it.
func (m *monitor) date(args string) {
	switch args {
	case "":
		m.printDate()
		return
	case "sync":
		m.syncDate()
		return
	}
	t, err := console.Date(args) // before the clock is set, and not the runtime
	if err != nil {
		m.printf("%v\n", err)
		return
	}
	if err := theClock.Set(t); err != nil {
		m.printf("%v\n", err)
		return
	}
	if err := hal.SetDate(t); err != nil {
		m.printf("%v\n", err)
		return
	}
	m.printDate()
}

func (m *monitor) printDate() { m.printf("%s", dateText()) }

func dateText() string {
	t, err := theClock.Read()
	if err != nil {
		return fmt.Sprintf("%v\n", err)
	}
	return fmt.Sprintf("%s UTC; the runtime's is %s\n", t.Format(time.DateTime), time.Now().UTC().Format(time.DateTime))
}

// secondMost is how long a clock may take for its next second.
const secondMost = 2500 * time.Millisecond

// secondWait waits for the clock's next second, but not for ever.
var secondWait struct {
	task   task.Task[task.None]
	endNS  int64
	timer  *time.Timer
	active bool
}

// syncDate sets the runtime's date when the clock's next second begins.
func (m *monitor) syncDate() {
	s := &secondWait
	if theSeconds == nil {
		m.printf("this machine's clock does not tell when a second begins\n")
		return
	}
	if s.active {
		m.printf("date sync is at work\n")
		return
	}
	s.active = true
	s.endNS = hal.Now() + int64(secondMost)
	theSeconds.Updates(true)
	w := start(&executor, &s.task, "second", secondPoll)
	s.timer = time.AfterFunc(secondMost, w.Wake)
}

func secondPoll(_ *task.None, cx *task.Context) task.Poll {
	s := &secondWait
	came := theSeconds.Take(cx.Waker()) != 0
	if !came && hal.Now() < s.endNS {
		return task.Pending
	}
	s.timer.Stop()
	theSeconds.Updates(false)
	s.active = false
	if t, err := theClock.Read(); !came {
		theMonitor.notice("the clock has not told of a second in %v\n", secondMost)
	} else if err != nil {
		theMonitor.notice("%v\n", err)
	} else if err := hal.SetDate(t); err != nil {
		theMonitor.notice("%v\n", err)
	} else {
		theMonitor.notice("%s", dateText())
	}
	return task.Ready
}
