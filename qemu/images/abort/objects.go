//go:build tamago

package main

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// What the victim does with the objects.
const (
	actCellWake = actsWake + iota
	actCellClose
	actQueueWake
	actQueueWakeAll
	actQueueClose
	actAdd
	actSemaphoreClose
	actRelease
	actUnlock
	actUnlockWrite
	actSet
	actTry
	actWatchSet
	actWatchClose
	actSend
	actReceive
	actChannelClose
	actWrite
	actRead
	actPipeClose
	actOnceSet
	actBarrier
	actFlagsSet
	actFlagsSetOne
	actMapWake
	actMapClose
	actWaitAndCancel // and all that wait for what is not there
	actEnd           // the poll of a wait that is over
	actHold          // what is free is taken and given back

	actsSync
)

// reset puts all objects back to the start: no task waits for any.
func reset() {
	cell, queue, semaphore, mutex, rwLock = tasksync.WaitCell{}, tasksync.WaitQueue{}, tasksync.Semaphore{}, tasksync.Mutex{}, tasksync.RwLock{}
	signal, watch, once, flags = tasksync.Signal[uint32]{}, tasksync.Watch[uint32]{}, tasksync.OnceCell[uint32]{}, tasksync.Flags{}
	channel, pipe, barrier = tasksync.Channel[uint32]{}, tasksync.Pipe{}, tasksync.Barrier{}
	channel.Init(places[:])
	pipe.Init(bytes[:4])
	barrier.Init(4)
	waitMap = tasksync.WaitMap[uint32]{}
}

func performSync(cx *task.Context) {
	if act < actRelease {
		performWakes(cx)
	} else if act < actSend {
		performValues(cx)
	} else if act < actOnceSet {
		performRings(cx)
	} else {
		performOthers(cx)
	}
}

func performWakes(*task.Context) {
	if act == actCellWake {
		cell.Wake()
	} else if act == actCellClose {
		cell.Close()
	} else if act == actQueueWake {
		queue.Wake()
	} else if act == actQueueWakeAll {
		queue.WakeAll()
	} else if act == actQueueClose {
		queue.Close()
	} else if act == actAdd {
		semaphore.Add(3)
	} else {
		semaphore.Close()
	}
}

func performValues(*task.Context) {
	if act == actRelease {
		semaphore.Release(&victimWait)
	} else if act == actUnlock {
		mutex.Unlock(&victimWait)
	} else if act == actUnlockWrite {
		rwLock.Unlock(&victimWait)
	} else if act == actSet {
		signal.Set(7)
	} else if act == actTry {
		signal.Try(&victimOut)
	} else if act == actWatchSet {
		watch.Set(7)
	} else {
		watch.Close()
	}
}

func performRings(cx *task.Context) {
	if act == actSend {
		channel.Send(cx, &victimWait, 7)
	} else if act == actReceive {
		channel.Receive(cx, &victimWait, &victimOut)
	} else if act == actChannelClose {
		channel.Close()
	} else if act == actWrite {
		pipe.Write(cx, &victimWait, victimBuf[:4])
	} else if act == actRead {
		pipe.Read(cx, &victimWait, victimBuf[:4])
	} else {
		pipe.Close()
	}
}

func performOthers(cx *task.Context) {
	if act == actOnceSet {
		once.Set(7)
	} else if act == actBarrier {
		barrier.Wait(cx, &victimWait)
	} else if act == actFlagsSet {
		flags.Set(3)
	} else if act == actFlagsSetOne {
		flags.Set(2)
	} else if act == actMapWake {
		waitMap.Wake(1, 7)
	} else if act == actMapClose {
		waitMap.Close()
	} else if act == actWaitAndCancel {
		waitsAndCancels(cx)
	} else if act == actEnd {
		victimWaits(cx)
	} else {
		holds(cx)
	}
}

// victimWaits waits as the waiters do.
func victimWaits(cx *task.Context) {
	w := &victim
	waiterWaits(cx, w, 0)
}

// victim is the victim as one that waits.
var victim waiter

func waitsAndCancels(cx *task.Context) {
	cell.Wait(cx, &victimWait)
	victimWait.Cancel()
	queue.Wait(cx, &victimWait)
	victimWait.Cancel()
	semaphore.Acquire(cx, &victimWait, 2)
	victimWait.Cancel()
	signal.Wait(cx, &victimWait, &victimOut)
	victimWait.Cancel()
	channel.Receive(cx, &victimWait, &victimOut)
	victimWait.Cancel()
	pipe.Read(cx, &victimWait, victimBuf[:])
	victimWait.Cancel()
	once.Get(cx, &victimWait, &victimOut)
	victimWait.Cancel()
	barrier.Wait(cx, &victimWait)
	victimWait.Cancel()
	flags.TakeAll(cx, &victimWait, 3, &victimOut)
	victimWait.Cancel()
	waitMap.Wait(cx, &victimMap, 9, &victimOut)
	victimMap.Cancel()
}

func holds(cx *task.Context) {
	mutex.Lock(cx, &victimWait)
	mutex.Unlock(&victimWait)
	rwLock.Write(cx, &victimWait)
	rwLock.Unlock(&victimWait)
	rwLock.Read(cx, &victimWait)
	rwLock.Unlock(&victimWait)
	semaphore.Acquire(cx, &victimWait, 2)
	semaphore.Release(&victimWait)
	semaphore.Acquire(cx, &victimWait, 1)
	semaphore.Forget(&victimWait)
}

// prepare is the victim's first poll, if the trial has one: it holds, or waits.
func prepare(cx *task.Context) {
	if act == actRelease {
		semaphore.Acquire(cx, &victimWait, 2)
	} else if act == actUnlock {
		mutex.Lock(cx, &victimWait)
	} else if act == actUnlockWrite {
		rwLock.Write(cx, &victimWait)
	} else if act == actMove || act == actStop {
		victimSleep.For(time.Duration(1e6 * machine.InstructionNS))
		victimSleep.Poll(cx)
	} else {
		victimWaits(cx)
	}
}

// or is what has to be, in words.
func or(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
