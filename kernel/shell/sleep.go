package shell

import (
	"fmt"
	"slices"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// sleepers are the tasks of the sleep command.
var sleepers task.GrowPool[task.None]

var sleeperBuilder = task.Named("sleeper")

// sleep spawns a task for each time.
func (m *Shell) sleep(_ *coro.Ctx, args string) error {
	list, err := console.Times(args)
	if err != nil {
		return err
	}
	if len(m.asleep) >= m.asleepMost {
		m.asleep = slices.DeleteFunc(m.asleep, task.Waker.Done)
		m.asleepMost = 2*len(m.asleep) + 64
	}
	for _, d := range list {
		j, err := sched.SpawnIn(kernel.Executor(), &sleepers, sleeperBuilder, m.sleeper(d))
		if err != nil {
			return fmt.Errorf("sleep: %w", err)
		}
		m.asleep = append(m.asleep, j.Waker())
		j.Detach()
	}
	return nil
}

// cancelsMost is how many sleepers are cancelled before the other tasks have their turn.
const cancelsMost = 64

// stopSleepers cancels the sleeps of this shell.
func (m *Shell) stopSleepers() {
	list, stopped := m.asleep, 0
	m.asleep = nil
	if !slices.ContainsFunc(list, func(w task.Waker) bool { return !w.Done() }) {
		return
	}
	for i, w := range list {
		if w.Cancel() {
			stopped++
		}
		if i%cancelsMost == cancelsMost-1 {
			m.body.Yield()
		}
	}
	m.Printf("%d sleeps stopped\n", stopped)
}

// sleeper makes the poll function of a task that sleeps from now on.
func (m *Shell) sleeper(d time.Duration) task.Func[task.None] {
	s := new(timer.Sleep)
	s.For(d)
	return func(_ *task.None, cx *task.Context) task.Poll {
		if s.Poll(cx) == task.Pending {
			return task.Pending
		}
		m.notice("slept %v, %v late\n", d, time.Duration(platform.Now()-s.Deadline()))
		return task.Ready
	}
}
