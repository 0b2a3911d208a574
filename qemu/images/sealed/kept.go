//go:build tamago

package main

import (
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// kept: tasks wait with a sleep, a lock and a channel that their poll functions have declared
// themselves, while the collector runs and other objects take the memory that it frees.
func kept() {
	const tasks, rounds = 200, 5
	places := make([]task.Task[task.None], tasks)
	var e sched.Executor
	wrong, woken := 0, 0
	for range rounds {
		var handles []task.JoinHandle[task.None]
		wheel := new(timer.Wheel)
		for i := range places {
			on := wheel
			begun := false
			j, err := sched.Spawn(&e, &places[i], nil, func(_ *task.None, cx *task.Context) task.Poll {
				if begun {
					woken++
					return task.Ready
				}
				begun = true
				var s timer.Sleep
				s.On(on)
				on = nil
				s.For(time.Duration(10e6 + i))
				if s.Poll(cx) == task.Ready { // the host was busy
					woken++
					return task.Ready
				}
				var held, waits tasksync.Wait
				new(tasksync.Mutex).Lock(cx, &held)
				ch := new(tasksync.Channel[uint64])
				ch.Init(make([]uint64, 1))
				var got uint64
				ch.Receive(cx, &waits, &got)
				return task.Pending
			})
			if err != nil {
				check.Report(false, "%v", err)
				return
			}
			handles = append(handles, j)
		}
		for e.Tick().Polled > 0 {
		}
		runtime.GC()
		runtime.GC()
		others := others(20 * tasks)
		for end := platform.Now() + 20e6; platform.Now() < end; {
		}
		wheel.Turn()
		for e.Tick().Polled > 0 {
		}
		for _, j := range handles {
			if _, err := j.Take(); err != nil {
				wrong++
			}
		}
		for _, o := range others {
			for _, word := range o {
				if word != pattern {
					wrong++
				}
			}
		}
	}
	check.Report(wrong == 0 && woken == rounds*tasks, "waits that poll functions have declared: %d tasks woken, of %d, %d objects and results wrong", woken, rounds*tasks, wrong)
}

const pattern = 0x1111111111111111

// others takes the memory that the collector has freed, of every size that a wait may have had.
func others(n int) (list [][]uint64) {
	for i := range n {
		o := make([]uint64, 4+i%28)
		for k := range o {
			o[k] = pattern
		}
		list = append(list, o)
	}
	return list
}
