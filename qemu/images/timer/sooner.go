//go:build tamago

package main

import (
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// napper is a task that sleeps once.
type napper struct {
	tk     task.Task[task.None]
	s      timer.Sleep
	wokeNS int64
	spinNS int64 // for how long its first poll goes on
}

// sleep spawns it; it is armed in its first poll.
func (n *napper) sleep(on sched.Spawner, ns int64, masked bool) {
	begun := false
	n.wokeNS = 0
	j, err := sched.Spawn(on, &n.tk, nil, func(_ *task.None, cx *task.Context) task.Poll {
		if !begun {
			begun = true
			saved := uintptr(0)
			if masked {
				saved = platform.MaskInterrupts()
			}
			n.s.For(time.Duration(ns))
			p := n.s.Poll(cx)
			if masked {
				platform.RestoreInterrupts(saved)
			}
			for end := platform.Now() + n.spinNS; platform.Now() < end; {
			}
			return p
		}
		if n.s.Poll(cx) == task.Pending {
			return task.Pending
		}
		n.wokeNS = platform.Now()
		return task.Ready
	})
	if err != nil {
		panic(err)
	}
	j.Detach()
}

// lateNS is how late it was polled.
func (n *napper) lateNS() int64 { return n.wokeNS - n.s.Deadline() }

// sooner: with a sleep of 20 s under way, sleeps of a millisecond come in time, whatever level
// arms them.
func sooner() {
	var long, short napper
	long.sleep(&executor, 20e9, false)
	for _, c := range []struct {
		what   string
		on     sched.Spawner
		masked bool
	}{
		{"a thread task", &executor, false},
		{"a thread task with interrupts masked", &executor, true},
		{"a real-time task", &sched.Urgent, false},
		{"a real-time task with interrupts masked", &sched.Normal, true},
	} {
		short.sleep(c.on, 1e6, c.masked)
		time.Sleep(50 * time.Millisecond) // the task may be polled only now
		check.Report(short.wokeNS != 0 && short.lateNS() >= 0 && short.lateNS() < 200e3, "sooner, by %s: %d ns late", c.what, short.lateNS())
	}
	// An alarm that comes during the poll that has set it is not the end of that poll's budget.
	short.spinNS = 50e3
	short.sleep(&sched.Normal, 10e3, false)
	time.Sleep(50 * time.Millisecond)
	check.Report(short.wokeNS != 0 && sched.Faults() == 0, "sooner, in a poll that goes on: %d ns late, %d faults", short.lateNS(), sched.Faults())
	check.Report(long.wokeNS == 0, "sooner: the other sleeps on")
	await(func() bool { return long.wokeNS != 0 })
	check.Report(long.lateNS() >= 0 && long.lateNS() < 200e3, "sooner: the other is %d ns late", long.lateNS())
}
