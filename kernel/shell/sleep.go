//go:build tamago

package shell

import (
	"slices"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// sleepers are the tasks of the sleep command.
var sleepers task.GrowPool[task.None]

var sleeperBuilder = task.Named("sleeper")

// sleep spawns a task for each time.
func (m *Shell) sleep(args string) {
	list, err := console.Times(args)
	if err != nil {
		m.printf("%v\n", err)
		return
	}
	if len(m.asleep) >= m.asleepMost {
		m.asleep = slices.DeleteFunc(m.asleep, task.Waker.Done)
		m.asleepMost = 2*len(m.asleep) + 64
	}
	for _, d := range list {
		j, err := sched.SpawnIn(kernel.Executor(), &sleepers, sleeperBuilder, m.sleeper(d))
		if err != nil {
			m.printf("sleep: %v\n", err)
			return
		}
		m.asleep = append(m.asleep, j.Waker())
		j.Detach()
	}
}

// cancelsMost is how many sleepers are cancelled in one turn.
const cancelsMost = 64

// stopSleepers cancels the sleeps of this shell, some in a turn.
func (m *Shell) stopSleepers() {
	list, stopped := m.asleep, 0
	m.asleep = nil
	if !slices.ContainsFunc(list, func(w task.Waker) bool { return !w.Done() }) {
		return
	}
	m.later(func(cx *task.Context) bool {
		for range min(len(list), cancelsMost) {
			if list[0].Cancel() {
				stopped++
			}
			list = list[1:]
		}
		if len(list) > 0 {
			return again(cx)
		}
		m.printf("%d sleeps stopped\n", stopped)
		return true
	}, nil)
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
