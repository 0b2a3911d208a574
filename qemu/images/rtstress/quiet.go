//go:build tamago

package main

import (
	"runtime"
	"runtime/debug"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const quietCount = 50000

var (
	quietTask task.Task[task.None]
	quietSeen uint32
	started   bool // the line is registered after the first poll
)

func quietPoll(*task.None, *task.Context) task.Poll {
	if !started {
		started = true
		return task.Pending
	}
	if quietSeen++; quietSeen < quietCount {
		after(200, 2000)
	}
	return task.Pending
}

// quiet: a goroutine that never yields is interrupted, and nothing is allocated; with the
// collector as it is by default, and off.
func quiet() {
	quietly("the collector on")
	percent := debug.SetGCPercent(-1)
	quietly("the collector off")
	debug.SetGCPercent(percent)
}

func quietly(when string) {
	started, quietSeen = false, 0
	j, _ := sched.Spawn(&sched.Normal, &quietTask, nil, quietPoll)
	defer func() { j.Cancel(); j.Detach() }()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	irq.Unregister(machine.LineTimer) // it was another task's
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	after(200, 2000)
	spins := spin(&quietSeen, quietCount)
	runtime.ReadMemStats(&now)
	// The timer is shared, so it may have interrupted at another time as well.
	check.Report(quietSeen >= quietCount && quietSeen <= quietCount+10, "%s: %d interrupts in a goroutine that does not yield (%d rounds)", when, quietSeen, spins)
	check.Report(now.Mallocs == before.Mallocs, "%s: %d allocations by them", when, now.Mallocs-before.Mallocs)
}

// spin waits without yielding.
//
//go:noinline
func spin(p *uint32, until uint32) (rounds int) {
	for int32(load(p)-until) < 0 {
		rounds++
	}
	return rounds
}

//go:noinline
func load(p *uint32) uint32 { return *p }
