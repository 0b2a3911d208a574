//go:build tamago

package main

import (
	"errors"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// counter is a device of which there are several: one method polls each.
type counter struct {
	task  task.Task[task.None]
	polls uint32
}

//tamagotake:realtime
func (c *counter) Poll(*task.Context) task.Poll {
	c.polls++
	return task.Pending
}

func (c *counter) unmarked(*task.Context) task.Poll { return c.Poll(nil) }

// promoted has a Poll of its own, which the compiler makes: it calls the other.
type promoted struct{ counter }

var (
	counters [3]counter
	outer    promoted
)

// methods: a marked method can be spawned with any number of states, and polls the right one.
func methods() {
	var wakers [len(counters)]task.Waker
	for i := range counters {
		c := &counters[i]
		j, err := sched.SpawnMethod(&sched.Normal, &c.task, nil, c, (*counter).Poll)
		if err != nil {
			check.Report(false, "a marked method: %v", err)
			return
		}
		wakers[i] = j.Waker()
		j.Detach()
	}
	wakers[1].Wake()
	check.Report(counters[0].polls == 1 && counters[1].polls == 2 && counters[2].polls == 1, "a method of three states: %d, %d and %d polls", counters[0].polls, counters[1].polls, counters[2].polls)

	_, err := sched.SpawnMethod(&sched.Normal, new(task.Task[task.None]), nil, &counters[0], (*counter).unmarked)
	check.Report(errors.Is(err, task.ErrUnverified), "a method without a mark: %v", err)
	_, err = sched.SpawnMethod(&sched.Normal, new(task.Task[task.None]), nil, &outer, (*promoted).Poll)
	check.Report(errors.Is(err, task.ErrUnverified), "a method of what is embedded: %v", err)
	_, err = sched.SpawnMethod(&sched.Normal, new(task.Task[task.None]), nil, &counters[0], func(c *counter, cx *task.Context) task.Poll { return c.Poll(cx) })
	check.Report(errors.Is(err, task.ErrUnverified), "a closure that calls one: %v", err)
}
