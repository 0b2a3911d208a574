//go:build tamago

package devices

import (
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

var (
	ticksTask task.Task[task.None]
	ticks     timer.Interval
	ticking   bool
)

// startTicks is called when there is something to look after, once or more.
func startTicks() {
	if !ticking {
		ticking = true
		kernel.Spawn(&sched.Normal, &ticksTask, "devices", ticksPoll)
	}
}

// ticksPoll bounds how long devices may take to answer: it has the drivers look once a
// second, from when there is the first.
//
//tamagotake:realtime
func ticksPoll(_ *task.None, cx *task.Context) task.Poll {
	if ticks.NextNS() == 0 {
		ticks.Every(time.Second)
	}
	for ticks.Poll(cx) == task.Ready {
		for i := range disks {
			disks[i].device.Tick()
		}
		random.device.Tick()
		console.device.Tick()
	}
	return task.Pending
}
