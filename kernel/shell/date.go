//go:build tamago

package shell

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// date shows the date, or sets it.
func (m *Shell) date(args string) {
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
	clock, _ := kernel.RealTimeClock()
	if err := clock.Set(t); err != nil {
		m.printf("%v\n", err)
		return
	}
	if err := hal.SetDate(t); err != nil {
		m.printf("%v\n", err)
		return
	}
	m.printDate()
}

func (m *Shell) printDate() { m.printf("%s", dateText()) }

func dateText() string {
	clock, _ := kernel.RealTimeClock()
	t, err := clock.Read()
	if err != nil {
		return fmt.Sprintf("%v\n", err)
	}
	return fmt.Sprintf("%s UTC; the runtime's is %s\n", t.Format(time.DateTime), time.Now().UTC().Format(time.DateTime))
}

// secondMost is how long a clock may take for its next second.
const secondMost = 2500 * time.Millisecond

// secondWait waits for the clock's next second, but not for ever.
var secondWait struct {
	clock   kernel.Clock
	seconds kernel.Seconds
	task    task.Task[task.None]
	endNS   int64
	timer   *time.Timer
	active  bool
}

// syncDate sets the runtime's date when the clock's next second begins.
func (m *Shell) syncDate() {
	s := &secondWait
	if s.clock, s.seconds = kernel.RealTimeClock(); s.seconds == nil {
		m.printf("this machine's clock does not tell when a second begins\n")
		return
	}
	if s.active {
		m.printf("date sync is at work\n")
		return
	}
	s.active = true
	s.endNS = platform.Now() + int64(secondMost)
	s.seconds.Updates(true)
	w := kernel.Spawn(kernel.Executor(), &s.task, "second", secondPoll)
	s.timer = time.AfterFunc(secondMost, w.Wake)
}

func secondPoll(_ *task.None, cx *task.Context) task.Poll {
	s := &secondWait
	s.seconds.Events().Poll(cx)
	came := s.seconds.Take() != 0
	if !came && platform.Now() < s.endNS {
		return task.Pending
	}
	s.timer.Stop()
	s.seconds.Updates(false)
	s.active = false
	if t, err := s.clock.Read(); !came {
		system.notice("the clock has not told of a second in %v\n", secondMost)
	} else if err != nil {
		system.notice("%v\n", err)
	} else if err := hal.SetDate(t); err != nil {
		system.notice("%v\n", err)
	} else {
		system.notice("%s", dateText())
	}
	return task.Ready
}
