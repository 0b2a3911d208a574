//go:build tamago

package main

import (
	"runtime"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What is woken, cancelled and rung for.
var (
	wakeTargets [4]probe // two thread tasks, one of the parked executor, ...
	thread1     = &wakeTargets[0]
	thread2     = &wakeTargets[1]
	onParked    = &wakeTargets[2]
	realtime    = &wakeTargets[3]
	urgent      probe

	wakeBefore [len(wakeTargets) + 1]uint32 // how often they had been polled

	target task.Waker // of perform

	cancelled task.Task[task.None]
	cancelJ   task.JoinHandle[task.None]

	rings, ringsBefore uint32
)

var doneParker = platform.NewParker()

//tamagotake:realtime
func idlePoll(*task.None, *task.Context) task.Poll { return task.Pending }

func beginWakes() {
	thread1.spawn(&threads)
	thread2.spawn(&threads)
	onParked.spawn(&parked)
	realtime.spawn(&sched.Normal)
	urgent.spawn(&sched.Urgent)
	go func() {
		for {
			platform.Park(doneParker)
			rings++
		}
	}()
}

var wakeTrials = []trial{
	wakes("wake a thread task", actWake, thread1),
	wakes("wake a thread task on the queue", actWakeTwice, thread1),
	wakes("wake a task of a parked executor", actWake, onParked),
	wakes("wake a real-time task", actWake, realtime),
	wakes("wake a real-time task on the queue", actWakeTwice, realtime),
	wakes("wake an urgent task", actWake, &urgent),
	wakes("wake three", actWakeThree, thread2),
	wakes("wake itself", actWakeSelf, thread1),
	cancels("cancel a thread task", &threads, idlePoll, false),
	cancels("cancel a thread task on the queue", &threads, idlePoll, true),
	cancels("cancel a task of a parked executor", &parked, idlePoll, false),
	cancels("cancel a real-time task", &sched.Normal, idlePoll, false),
	cancels("cancel an urgent task", &sched.Urgent, idlePoll, false),
	{name: "ring", act: actRing, setup: func() { ringsBefore = load(&rings) }, check: checkRing},
}

// wakes is a trial of a wake: the task is polled, or was not woken. Woken again it is polled.
func wakes(name string, act int, p *probe) trial {
	return trial{
		name: name, act: act,
		setup: func() {
			target = p.waker
			noteWakes()
		},
		check:   checkWakes,
		partner: func() task.Waker { return p.waker },
	}
}

func allTargets(yield func(int, *probe) bool) {
	for i := range wakeTargets {
		if !yield(i, &wakeTargets[i]) {
			return
		}
	}
	yield(len(wakeTargets), &urgent)
}

func noteWakes() {
	for i, p := range allTargets {
		wakeBefore[i] = load(&p.polls)
	}
}

func checkWakes() string {
	for _, p := range allTargets {
		before := load(&p.polls)
		p.waker.Wake()
		if lost := drain(); lost != "" {
			return lost
		}
		if load(&p.polls) == before {
			return "a task is woken and on no queue, for ever"
		}
	}
	return ""
}

// cancels is a trial of a cancel: the task is over, or was not cancelled. Cancelled again it is
// over.
func cancels(name string, on sched.Spawner, poll task.Func[task.None], queued bool) trial {
	return trial{
		name: name, act: actCancel,
		setup: func() {
			j, err := sched.Spawn(on, &cancelled, nil, poll)
			if err != nil {
				panic(err)
			}
			drain()
			if cancelJ, target = j, j.Waker(); queued {
				target.Wake()
			}
		},
		check: func() string {
			if !cancelJ.Done() {
				cancelJ.Cancel()
				drain()
			}
			_, err := cancelJ.Take()
			switch {
			case err == task.ErrRunning:
				return "a task is cancelled and on no queue, for ever"
			case err != task.ErrCancelled:
				return "a task was cancelled, and ended otherwise"
			}
			return ""
		},
		partner: func() task.Waker { return target },
	}
}

func checkRing() string {
	for range 2 {
		platform.Unpark(doneParker)
		for n := 0; load(&rings) == ringsBefore; n++ {
			if runtime.Gosched(); n > 1000 {
				return "a parker was unparked, and who waits with it does not run"
			}
		}
		drain()
		ringsBefore = load(&rings)
	}
	return ""
}
