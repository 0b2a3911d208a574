//go:build tamago

package main

import (
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	alarmExecutor, napExecutor sched.Executor
	alarmTask, ringTask        task.Task[task.None]
	alarmPolledNS              int64
	alarmPolls                 uint32
	large                      = make([]byte, 16<<20)
	napTask, napBeat, napOther task.Task[task.None]
)

// alarms: the alarm of a task comes although the timer is used meanwhile for tries at
// preemption, which fail because a goroutine is in assembly.
func alarms() {
	j, _ := sched.Spawn(&alarmExecutor, &alarmTask, nil, func(*task.None, *task.Context) task.Poll {
		alarmPolls++
		alarmPolledNS = platform.Now()
		return task.Pending
	})
	k, _ := sched.Spawn(&alarmExecutor, &ringTask, nil, func(*task.None, *task.Context) task.Poll { return task.Pending })
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	go alarmExecutor.Run()
	for load(&alarmPolls) == 0 {
		time.Sleep(time.Millisecond)
	}
	for _, us := range []int64{50, 99, 150, 190, 250, 1000, 5000} {
		time.Sleep(5 * time.Millisecond)
		start := platform.Now()
		at := start + us*1000
		platform.SetAlarm(at)
		k.Waker().Wake() // the executor's goroutine is rung for, and this one is to be preempted
		clear(large)     // and cannot be
		const most = 300e6
		for loadNS(&alarmPolledNS) < at && platform.Now()-start < most {
		}
		got := loadNS(&alarmPolledNS)
		check.Report(got >= at && got-start < most, "an alarm in %d us: its task was polled after %d us", us, (got-start)/1000)
	}
	j.Cancel()
	k.Cancel()
	irq.Unregister(machine.LineTimer)
}

var (
	nap struct {
		waker, other task.Waker
		left         uint32
		gapNS        int64
		came         bool
	}
	random uint32 = 2463534242
)

// napPoll wakes one task, and a little later another.
func napPoll(*task.None, *task.Context) task.Poll {
	switch nap.left {
	case 2:
		nap.left--
		nap.came = true
		nap.waker.Wake()
		platform.SetAlarm(platform.Now() + nap.gapNS)
	case 1:
		nap.left--
		nap.other.Wake()
	}
	return task.Pending
}

// naps: a time.Sleep takes its time, also after an executor's goroutine has been rung for while
// it left its wait.
func naps() {
	const rounds, spreadNS = 2000, 20000
	e := &napExecutor
	j, _ := sched.Spawn(&sched.Normal, &napBeat, nil, napPoll)
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	k, _ := sched.Spawn(e, &napOther, nil, func(*task.None, *task.Context) task.Poll { return task.Pending })
	nap.other = k.Waker()
	early := 0
	var leastNS int64 = 1e9
	for range rounds {
		nap.came = false
		random ^= random << 13
		random ^= random >> 17
		random ^= random << 5
		nap.gapNS = 200 + int64(random%spreadNS)
		sched.BlockOn(e, &napTask, nil, func(_ *task.None, cx *task.Context) task.Poll {
			if nap.came {
				return task.Ready
			}
			if nap.left == 0 {
				nap.waker = cx.Waker()
				nap.left = 2
				platform.SetAlarm(platform.Now() + 100000)
			}
			return task.Pending
		})
		for load(&nap.left) != 0 {
			time.Sleep(0)
		}
		start := platform.Now()
		time.Sleep(time.Millisecond)
		if d := platform.Now() - start; d < 1e6 {
			early++
			leastNS = min(leastNS, d)
		}
	}
	check.Report(early == 0, "%d of %d sleeps of 1 ms returned early, the first after %d ns", early, rounds, leastNS)
	j.Cancel()
	k.Cancel()
	irq.Unregister(machine.LineTimer)
}

//go:noinline
func load(p *uint32) uint32 { return *p }

//go:noinline
func loadNS(p *int64) int64 { return *p }

// timerInterrupts returns how often the timer line has interrupted.
func timerInterrupts() (n uint64) {
	irq.Snapshot(machine.LineTimer, func(l irq.Stat) bool {
		if l.Line == machine.LineTimer {
			n = l.Count
		}
		return false
	})
	return n
}
