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

const (
	sleepersCount = 1000
	minuteNS      = 60e9
)

// sleeper is one of the thousand: from somewhen in the first second on, it sleeps again and
// again until the minute is over.
type sleeper struct {
	tk    task.Task[task.None]
	s     timer.Sleep
	level int
	begun bool
	ended bool
	slept bool // it was Pending since it was armed
	r     random
}

var sleepers [sleepersCount]sleeper

// seen is what the tasks of a level have seen, of which one is polled at a time.
type seen struct {
	wakes     int
	ended     int
	early     int
	disorder  int
	lastTick  int64
	lateNSMax int64
}

var (
	seenBy         [2]seen
	beginNS, endNS int64
)

func (sl *sleeper) poll(cx *task.Context) task.Poll {
	for {
		if sl.begun {
			if sl.s.Poll(cx) == task.Pending {
				sl.slept = true
				return task.Pending
			}
			sl.note()
			sl.slept = false
			if platform.Now() >= endNS {
				sl.ended = true
				seenBy[sl.level].ended++
				return task.Ready
			}
		}
		if !sl.begun {
			sl.begun = true
			sl.s.Until(beginNS + int64(sl.r.next()%1e9))
		} else {
			sl.s.For(time.Duration(sl.duration()))
		}
	}
}

// duration is from 2 us to 17 s, each size as likely as any.
func (sl *sleeper) duration() int64 {
	bits := 11 + sl.r.next()%23
	return int64(1)<<bits | int64(sl.r.next())<<2&(1<<bits-1)
}

// note compares when it was woken with its deadline, and with the task that was woken before. A sleep
// that was due by its first poll has woken no task: an interrupt can take longer than it between For
// and that poll, while tasks with earlier deadlines are on the queue.
func (sl *sleeper) note() {
	now, v := platform.Now(), &seenBy[sl.level]
	v.wakes++
	late := now - sl.s.Deadline()
	if late < 0 {
		v.early++
	}
	v.lateNSMax = max(v.lateNSMax, late)
	if !sl.slept {
		return
	}
	tick := (sl.s.Deadline() + tickNS - 1) / tickNS
	if tick < v.lastTick {
		v.disorder++
	}
	v.lastTick = tick
}

func thousand() {
	before, beforeNS := interrupts(), platform.Now()
	beginNS = platform.Now() + 100e6
	endNS = beginNS + minuteNS
	for i := range sleepers {
		sl := &sleepers[i]
		sl.level = i % 2
		sl.r = random(i + 1)
		j, err := sched.SpawnMethod(levels[sl.level], &sl.tk, nil, sl, (*sleeper).poll)
		if err != nil {
			panic(err)
		}
		j.Detach()
	}
	goroutines := beside()
	await(func() bool { return seenBy[0].ended+seenBy[1].ended == sleepersCount })
	fired := interrupts() - before
	wakes := 0
	for l, v := range seenBy {
		wakes += v.wakes
		check.Report(v.ended == sleepersCount/2, "thousand: %s: %d tasks, %d sleeps, none lost", levelNames[l], v.ended, v.wakes)
		check.Report(v.early == 0, "thousand: %s: %d too soon", levelNames[l], v.early)
		check.Report(v.disorder == 0, "thousand: %s: %d out of order", levelNames[l], v.disorder)
		check.Report(v.lateNSMax <= tickNS+latencyNS[l], "thousand: %s: at most %d ns late: one tick, %d, and %d of %d", levelNames[l], v.lateNSMax, tickNS, v.lateNSMax-tickNS, latencyNS[l])
	}
	<-goroutines
	<-goroutines
	check.Report(besideEarly == 0 && besideCount == 2*besideEach, "thousand: %d sleeps of goroutines beside, %d too soon", besideCount, besideEarly)
	check.Report(besideLateNSMax < 1e6, "thousand: goroutines at most %d ns late", besideLateNSMax)
	// Each interrupt is for a sleep, of a task or a goroutine, of await every 20 ms, or since the
	// counter of amd64's timer has 32 bits.
	most := uint64(wakes) + uint64(besideCount) + uint64(platform.Now()-beforeNS)/20e6 + 100
	check.Report(wakes > 20*sleepersCount && fired <= most, "thousand: %d sleeps, %d timer interrupts, of at most %d", wakes, fired, most)
}

const besideEach = 300

var (
	besideCount     int
	besideEarly     int
	besideLateNSMax int64
)

// beside has goroutines sleep by the Go runtime's own timers, in both ways.
func beside() chan struct{} {
	done := make(chan struct{})
	for kind := range 2 {
		go func() {
			r := random(7919 + kind)
			for range besideEach {
				d := time.Duration(r.next() % 190e6)
				before := platform.Now()
				if kind == 0 {
					time.Sleep(d)
				} else {
					<-time.After(d)
				}
				late := platform.Now() - before - int64(d)
				if late < 0 {
					besideEarly++
				}
				besideLateNSMax = max(besideLateNSMax, late)
				besideCount++
			}
			done <- struct{}{}
		}()
	}
	return done
}
