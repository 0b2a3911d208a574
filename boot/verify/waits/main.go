//go:build tamago

// Command waits is an image whose real-time task and interrupt entry use every operation of
// rt/sync that docs/sync.md says they may. The test of verify has it pass. It is never run.
package main

import (
	"os"

	"tamagotake/rt/sync"
	"tamagotake/rt/task"
)

// sample is what a value may be in front of the runtime: without pointers.
type sample [3]uint32

var (
	cell      sync.WaitCell
	queue     sync.WaitQueue
	semaphore sync.Semaphore
	signal    sync.Signal[sample]

	w, held sync.Wait
	got     sample
)

// realtime uses what may be used in front of the runtime.
//
//tamagotake:realtime
func realtime(cx *task.Context, _ *task.None) task.Poll {
	r := cell.Wait(cx, &w)
	r |= cell.Subscribe(cx, &w)
	r |= queue.Wait(cx, &w)
	r |= queue.Subscribe(cx, &w)
	r |= semaphore.Acquire(cx, &held, int(r))
	r |= semaphore.TryAcquire(int(r))
	semaphore.Release(&held)
	semaphore.Forget(&held)
	semaphore.Add(semaphore.Free())
	r |= signal.Wait(cx, &w, &got)
	r |= signal.Try(&got)
	w.Cancel()
	if r == sync.Pending || w.Waiting() {
		return task.Pending
	}
	entry()
	return task.Ready
}

// entry uses what may be used from an interrupt entry.
//
//tamagotake:interrupt
//go:nosplit
func entry() {
	cell.Wake()
	queue.Wake()
	queue.WakeAll()
	semaphore.Add(1)
	signal.Set(got)
	cell.Close()
	queue.Close()
	semaphore.Close()
}

func main() {
	polls := []task.Func[task.None]{realtime}
	polls[len(os.Args)%len(polls)](nil, nil)
}
