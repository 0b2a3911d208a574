//go:build tamago

package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// gives is a trial of what lets waits end: none has, or as many as there is something for; and
// closing, or more of it, ends the rest.
func gives(name string, act, waits, object, served int, end func()) trial {
	return trial{
		name: name, act: act,
		setup: func() {
			reset()
			spawnWaiters(waits, object)
		},
		check: func() string {
			wait, got := left()
			return or(wait == waits || wait == waits-served, "%d of %d wait, %d have got it, and nothing will wake them", wait, waits, got)
		},
		cleanup: func() string {
			end()
			return join()
		},
		partner: func() task.Waker { return waiters[0].join.Waker() },
	}
}

// returns is a trial of a victim that holds what the waiters wait for, and gives it back. Ended
// or not, it does: all waiters get it, one after the other, and it is free in the end.
func returns(name string, act, object int, before func(), free func() bool) trial {
	return trial{
		name: name, act: act, prepares: true,
		setup: func() {
			reset()
			before()
		},
		between: func() { spawnWaiters(5, object) },
		check: func() string {
			wait, got := left()
			return or(wait == 0, "%d wait, %d have got it, and nothing will wake them", wait, got)
		},
		cleanup: func() string {
			lost := join()
			if lost == "" && !free() {
				lost = "what was given back is not there"
			}
			return lost
		},
	}
}

// ends is a trial of the poll that takes what the victim was granted: wait says how many of
// three others may wait afterwards. What the victim did not take the next has, and with more
// of it all come to their end.
func ends(name string, object int, grant, more func(), waits func(n int) bool) trial {
	return trial{
		name: name, act: actEnd, prepares: true, grant: grant,
		setup: func() {
			reset()
			victim = waiter{}
			waitFor = object
		},
		between: func() { spawnWaiters(3, object) },
		check: func() string {
			wait, got := left()
			return or(waits(wait), "%d of 3 wait, %d have got it", wait, got)
		},
		cleanup: func() string {
			for range 3 {
				more()
				drain()
			}
			return join()
		},
	}
}

func oneTook(wait int) bool  { return wait == 3 || wait == 2 }
func allHeld(wait int) bool  { return wait == 0 } // each gives it back when it ends
func allWoken(wait int) bool { return wait == 0 }

var syncTrials = []trial{
	gives("WaitCell.Wake", actCellWake, 1, forCell, 1, func() { cell.Wake() }),
	gives("WaitCell.Close", actCellClose, 1, forCell, 1, func() { cell.Close() }),
	gives("WaitQueue.Wake", actQueueWake, 3, forQueue, 1, func() { queue.WakeAll() }),
	gives("WaitQueue.WakeAll", actQueueWakeAll, 6, forQueue, 6, func() { queue.WakeAll() }),
	gives("WaitQueue.Close", actQueueClose, 6, forQueue, 6, func() { queue.Close() }),
	gives("Semaphore.Add", actAdd, 3, forPermit, 3, func() { semaphore.Add(1) }),
	gives("Semaphore.Close", actSemaphoreClose, 6, forPermit, 6, func() { semaphore.Close() }),
	returns("Semaphore.Release", actRelease, forPermit, func() { semaphore.Add(2) }, func() bool { return semaphore.Free() == 2 }),
	returns("Mutex.Unlock", actUnlock, forMutex, func() {}, func() bool { return mutex.TryLock() == tasksync.Ready }),
	returns("RwLock.Unlock", actUnlockWrite, forRead, func() {}, func() bool { return rwLock.TryWrite() == tasksync.Ready }),
	gives("Signal.Set", actSet, 3, forSignal, 1, func() {
		for range 3 {
			signal.Set(8)
			drain()
		}
	}),
	{
		name: "Signal.Try", act: actTry,
		setup: func() { reset(); signal.Set(7) },
		check: func() string {
			var v uint32
			signal.Try(&v) // it may be gone
			signal.Set(8)
			return or(signal.Try(&v) == tasksync.Ready && v == 8, "a value is set that no task can take")
		},
	},
	gives("Watch.Set", actWatchSet, 6, forWatch, 6, func() { watch.Set(8) }),
	gives("Watch.Close", actWatchClose, 6, forWatch, 6, func() { watch.Close() }),
	gives("Channel.Send", actSend, 3, forValue, 1, closeChannel),
	fills("Channel.Receive", actReceive, forPlace, 1, fillChannel, closeChannel),
	gives("Channel.Close, who receives", actChannelClose, 6, forValue, 6, closeChannel),
	fills("Channel.Close, who sends", actChannelClose, forPlace, 5, fillChannel, closeChannel),
	gives("Pipe.Write", actWrite, 3, forBytes, 3, func() { pipe.Close() }),
	fills("Pipe.Read", actRead, forRoom, 4, fillPipe, func() { pipe.Close() }),
	gives("Pipe.Close, who reads", actPipeClose, 6, forBytes, 6, func() { pipe.Close() }),
	fills("Pipe.Close, who writes", actPipeClose, forRoom, 5, fillPipe, func() { pipe.Close() }),
	gives("OnceCell.Set", actOnceSet, 6, forOnce, 6, func() { once.Set(8) }),
	gives("Barrier.Wait, the last", actBarrier, 3, forBarrier, 3, lastParty),
	gives("Flags.Set", actFlagsSet, 6, forFlags, 6, func() { flags.Set(3) }),
	gives("Flags.Set, for the last", actFlagsSetOne, 6, forFlags, 1, func() { flags.Set(3) }),
	gives("Flags.Set, taken", actFlagsSet, 3, forTakenFlag, 1, func() {
		for range 3 {
			flags.Set(1)
			drain()
		}
	}),
	gives("WaitMap.Wake", actMapWake, 3, forKey, 1, func() { waitMap.Close() }),
	gives("WaitMap.Close", actMapClose, 6, forKey, 6, func() { waitMap.Close() }),
	ends("WaitQueue.Wait, granted", forQueue, func() { queue.Wake() }, func() { queue.Wake() }, oneTook),
	ends("WaitQueue.Wait, all granted", forQueue, func() { queue.WakeAll() }, func() {}, allWoken),
	ends("Semaphore.Acquire, granted", forPermit, func() { semaphore.Add(1) }, func() {}, allHeld),
	ends("Signal.Wait, granted", forSignal, func() { signal.Set(7) }, func() { signal.Set(8) }, oneTook),
	ends("Channel.Receive, granted", forValue, func() { channel.TrySend(7) }, func() { channel.TrySend(8) }, oneTook),
	ends("Pipe.Read, granted", forBytes, func() { pipe.TryWrite(bytes4[:1]) }, func() { pipe.TryWrite(bytes4[:1]) }, oneTook),
	ends("Flags.TakeAny, granted", forTakenFlag, func() { flags.Set(1) }, func() { flags.Set(1) }, oneTook),
	{
		name: "waits that are given up", act: actWaitAndCancel,
		setup: reset,
		check: func() string { return unused() },
	},
	{
		name: "what is taken and given back", act: actHold,
		setup: func() { reset(); semaphore.Add(3) },
		check: func() string {
			n := semaphore.Free()
			return or(mutex.TryLock() == tasksync.Ready && rwLock.TryWrite() == tasksync.Ready && (n == 3 || n == 2), "what was taken is not there: %d permits", n)
		},
	},
}

var bytes4 = []byte{1, 2, 3, 4}

var lastTask task.Task[task.None]

// lastParty comes to the barrier if it is waited for.
func lastParty() {
	if wait, _ := left(); wait == 0 {
		return
	}
	j, _ := sched.Spawn(&threads, &lastTask, nil, func(_ *task.None, cx *task.Context) task.Poll {
		barrier.Wait(cx, &victimWait)
		return task.Ready
	})
	j.Detach()
	drain()
}

func closeChannel() {
	channel.Close()
	drain()
	for v := uint32(0); channel.TryReceive(&v) == tasksync.Ready; {
	}
}

func fillChannel() {
	for channel.TrySend(9) == tasksync.Ready {
	}
}

func fillPipe() {
	for {
		if _, r := pipe.TryWrite(bytes4); r != tasksync.Ready {
			return
		}
	}
}

// fills is a trial with a ring that is full, of which the waiters wait for room. What the
// victim takes out of it makes room for so many, and a close refuses all.
func fills(name string, act, object, served int, fill, end func()) trial {
	t := gives(name, act, 5, object, served, end)
	t.setup = func() {
		reset()
		fill()
		spawnWaiters(5, object)
	}
	return t
}

// unused finds out whether an object is as if no task had ever waited for it: what is put in can be
// taken by who comes next.
func unused() string {
	var v, got uint32
	semaphore.Add(2)
	once.Set(1)
	flags.Set(3)
	signal.Set(5)
	channel.TrySend(6)
	_, r := pipe.TryWrite(bytes4)
	for what, ok := range map[string]bool{
		"semaphore": semaphore.TryAcquire(2) == tasksync.Ready,
		"signal":    signal.Try(&v) == tasksync.Ready && v == 5,
		"channel":   channel.TryReceive(&got) == tasksync.Ready && got == 6 && channel.Len() == 0,
		"pipe":      r == tasksync.Ready && pipe.Len() == 4,
		"flags":     flags.Get() == 3,
		"cell":      !cell.Wake(),
		"queue":     !queue.Wake() && queue.WakeAll() == 0,
		"map":       waitMap.Wake(9, 1) == tasksync.Busy,
	} {
		if !ok {
			return fmt.Sprint(what, ": a task waits that was ended")
		}
	}
	waitFor = forBarrier
	spawnWaiters(3, forBarrier) // of four
	wait, _ := left()
	join()
	return or(wait == 3, "barrier: a task has come that was ended")
}
