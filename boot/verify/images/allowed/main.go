//go:build tamago

// Command allowed is an image whose real-time task and interrupt entry use every operation of
// rt/tasksync that docs/sync.md says they may. The test of verify has it pass, and compares it
// with that page. It is never run.
package main

import (
	"os"

	_ "github.com/tamagotake/tamagotake/hal/board" // the machine
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// sample is what a value may be at real-time level: without pointers.
type sample [3]uint32

var (
	cell      tasksync.WaitCell
	queue     tasksync.WaitQueue
	waitMap   tasksync.WaitMap[sample]
	semaphore tasksync.Semaphore
	mutex     tasksync.Mutex
	rwLock    tasksync.RwLock
	signal    tasksync.Signal[sample]
	watch     tasksync.Watch[sample]
	channel   tasksync.Channel[sample]
	pipe      tasksync.Pipe
	once      tasksync.OnceCell[sample]
	barrier   tasksync.Barrier
	flags     tasksync.Flags
	join      tasksync.Join

	w, held tasksync.Wait
	waits   [2]tasksync.Wait
	mapWait tasksync.MapWait[sample]
	got     sample
	seen    uint32
	bytes   [100]byte
)

// realtime uses what may be used at real-time level.
//
//tamagotake:realtime
func realtime(_ *task.None, cx *task.Context) task.Poll {
	cell.Wait(cx, &w)
	cell.Subscribe(cx, &w)
	cell.Wake()
	cell.Close()
	cell.IsClosed()
	queue.Wait(cx, &w)
	queue.Subscribe(cx, &w)
	queue.Wake()
	queue.WakeAll()
	queue.Close()
	queue.IsClosed()
	waitMap.Wait(cx, &mapWait, 7, &got)
	waitMap.Subscribe(cx, &mapWait, 7)
	waitMap.Wake(7, got)
	waitMap.Close()
	semaphore.Acquire(cx, &held, 2)
	semaphore.Release(&held)
	semaphore.Forget(&held)
	semaphore.TryAcquire(2)
	semaphore.Add(2)
	semaphore.Free()
	semaphore.Close()
	semaphore.IsClosed()
	mutex.Lock(cx, &held)
	mutex.Unlock(&held)
	mutex.TryLock()
	mutex.UnlockTried()
	rwLock.Read(cx, &held)
	rwLock.Write(cx, &held)
	rwLock.Unlock(&held)
	rwLock.TryRead()
	rwLock.TryWrite()
	rwLock.UnlockTriedRead()
	rwLock.UnlockTriedWrite()
	signal.Wait(cx, &w, &got)
	signal.Try(&got)
	signal.Set(got)
	watch.Next(cx, &w, &seen, &got)
	watch.Load(&seen, &got)
	watch.Set(got)
	watch.Close()
	channel.Send(cx, &w, got)
	channel.Receive(cx, &w, &got)
	channel.TrySend(got)
	channel.TryReceive(&got)
	channel.Close()
	channel.Len()
	pipe.Write(cx, &w, bytes[:])
	pipe.Read(cx, &w, bytes[:])
	pipe.TryWrite(bytes[:])
	pipe.TryRead(bytes[:])
	pipe.Close()
	pipe.Len()
	once.Get(cx, &w, &got)
	once.TryGet(&got)
	once.Set(got)
	barrier.Wait(cx, &w)
	flags.WaitAny(cx, &w, 3, &seen)
	flags.WaitAll(cx, &w, 3, &seen)
	flags.TakeAny(cx, &w, 3, &seen)
	flags.TakeAll(cx, &w, 3, &seen)
	flags.Set(3)
	flags.Clear(3)
	flags.Get()
	w.Cancel()
	w.Poll(cx)
	w.Waiting()
	tasksync.Select(waits[:], 1)
	tasksync.Cancel(waits[:])
	join.Open(1)
	join.Note(1, tasksync.Ready)
	join.Result(1)
	join.All(2)
	return task.Pending
}

// entry uses what may be used from an interrupt entry.
//
//tamagotake:interrupt
//go:nosplit
func entry() {
	cell.Wake()
	cell.Close()
	cell.IsClosed()
	queue.Wake()
	queue.WakeAll()
	queue.Close()
	queue.IsClosed()
	waitMap.Wake(7, got)
	waitMap.Close()
	semaphore.TryAcquire(2)
	semaphore.Add(2)
	semaphore.Free()
	semaphore.Close()
	semaphore.IsClosed()
	mutex.TryLock()
	mutex.UnlockTried()
	rwLock.TryRead()
	rwLock.TryWrite()
	rwLock.UnlockTriedRead()
	rwLock.UnlockTriedWrite()
	signal.Try(&got)
	signal.Set(got)
	watch.Load(&seen, &got)
	watch.Set(got)
	watch.Close()
	channel.TrySend(got)
	channel.TryReceive(&got)
	channel.Close()
	channel.Len()
	pipe.TryWrite(bytes[:])
	pipe.TryRead(bytes[:])
	pipe.Close()
	pipe.Len()
	once.TryGet(&got)
	once.Set(got)
	flags.Set(3)
	flags.Clear(3)
	flags.Get()
}

func main() {
	polls := []task.Func[task.None]{realtime}
	polls[len(os.Args)%len(polls)](nil, nil)
	entry()
}
