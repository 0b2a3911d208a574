//go:build tamago

package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// The objects of rt/tasksync under trial.
var (
	cell      tasksync.WaitCell
	queue     tasksync.WaitQueue
	semaphore tasksync.Semaphore
	mutex     tasksync.Mutex
	rwLock    tasksync.RwLock
	signal    tasksync.Signal[uint32]
	watch     tasksync.Watch[uint32]
	channel   tasksync.Channel[uint32]
	pipe      tasksync.Pipe
	once      tasksync.OnceCell[uint32]
	barrier   tasksync.Barrier
	flags     tasksync.Flags
	waitMap   tasksync.WaitMap[uint32]

	places [2]uint32
	bytes  [40]byte

	// The victim's.
	victimWait tasksync.Wait
	victimMap  tasksync.MapWait[uint32]
	victimOut  uint32
	victimBuf  [40]byte
)

// waiter is a task that waits once for the object, and ends when that is over.
type waiter struct {
	task   task.Task[task.None]
	join   task.JoinHandle[task.None]
	wait   tasksync.Wait
	mapped tasksync.MapWait[uint32]
	out    uint32
	seen   uint32
	buf    [40]byte
	result tasksync.Result
	number int // of the waiter
}

// Two of the waiters are real-time tasks, and the first is of the executor that has parked.
var (
	waiters  [6]waiter
	waitFor  int // what they wait for: an object
	waitings int // how many there are
)

const (
	forCell = iota
	forQueue
	forPermit
	forMutex
	forRead
	forSignal
	forWatch
	forValue // of the channel
	forPlace // in it
	forBytes // of the pipe
	forRoom  // in it
	forOnce
	forBarrier
	forFlags
	forTakenFlag
	forKey
)

//tamagotake:realtime
func (w *waiter) poll(cx *task.Context) task.Poll {
	if w.result = waiterWaits(cx, w, w.number); w.result == tasksync.Pending {
		return task.Pending
	}
	return task.Ready
}

func waiterWaits(cx *task.Context, w *waiter, i int) tasksync.Result {
	if waitFor == forCell {
		return cell.Wait(cx, &w.wait)
	} else if waitFor == forQueue {
		return queue.Wait(cx, &w.wait)
	} else if waitFor == forPermit {
		return semaphore.Acquire(cx, &w.wait, 1)
	} else if waitFor == forMutex {
		return mutex.Lock(cx, &w.wait)
	} else if waitFor == forRead {
		return rwLock.Read(cx, &w.wait)
	} else if waitFor == forSignal {
		return signal.Wait(cx, &w.wait, &w.out)
	} else if waitFor == forWatch {
		return watch.Next(cx, &w.wait, &w.seen, &w.out)
	} else if waitFor == forValue {
		return channel.Receive(cx, &w.wait, &w.out)
	}
	return waiterWaitsFor(cx, w, i)
}

func waiterWaitsFor(cx *task.Context, w *waiter, i int) (r tasksync.Result) {
	if waitFor == forPlace {
		return channel.Send(cx, &w.wait, uint32(i))
	} else if waitFor == forBytes {
		_, r = pipe.Read(cx, &w.wait, w.buf[:4])
		return r
	} else if waitFor == forRoom {
		_, r = pipe.Write(cx, &w.wait, w.buf[:4])
		return r
	} else if waitFor == forOnce {
		return once.Get(cx, &w.wait, &w.out)
	} else if waitFor == forBarrier {
		return barrier.Wait(cx, &w.wait)
	} else if waitFor == forFlags {
		return flags.WaitAny(cx, &w.wait, wants(i), &w.out)
	} else if waitFor == forTakenFlag {
		return flags.TakeAny(cx, &w.wait, 1, &w.out)
	}
	return waitMap.Wait(cx, &w.mapped, uint32Key(i), &w.out)
}

// wants is flag 2 for the last, so that all others are looked at in vain.
func wants(i int) uint32 {
	if i == waitings-1 {
		return 2
	}
	return 1
}

func uint32Key(i int) uint64 { return uint64(i) }

// spawnWaiters has so many wait for an object.
func spawnWaiters(n, object int) {
	waitings, waitFor = n, object
	for i := range n {
		w := &waiters[i]
		w.number, w.seen, w.result = i, 0, tasksync.Pending
		on := sched.Spawner(&threads)
		switch i {
		case 0:
			on = &parked
		case 1, 4:
			on = &sched.Normal
		}
		j, err := sched.SpawnMethod(on, &w.task, nil, w, (*waiter).poll)
		if err != nil {
			panic(fmt.Sprint("waiter ", i, ": ", err))
		}
		w.join = j
		drain()
	}
}

// left returns how many wait still, and how many have got what they waited for, as far as they
// know. A real-time waiter that has used the budget up, which is the victim's, is neither.
func left() (wait, got int) {
	for i := range waitings {
		w := &waiters[i]
		switch {
		case !w.join.Done():
			wait++
		case w.result == tasksync.Ready:
			got++
		}
	}
	return wait, got
}

// join takes the results, and says who has not ended.
func join() string {
	drain()
	wait, _ := left()
	for i := range waitings {
		waiters[i].join.Take()
		waiters[i].join.Cancel()
		waiters[i].join.Detach()
	}
	drain()
	if wait != 0 {
		return fmt.Sprint(wait, " wait that nothing will end")
	}
	return ""
}
