package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

// No data path allocates: neither what goes on at once, nor waiting and being woken.
func TestNoAllocation(t *testing.T) {
	as := actors(t, 2)
	var cell WaitCell
	var queue WaitQueue
	var sem Semaphore
	var mutex Mutex
	var rw RwLock
	var sig Signal[int]
	var watch Watch[int]
	var once OnceCell[int]
	var flags Flags
	var m WaitMap[int]
	var barrier Barrier
	barrier.Init(1)
	var pipe Pipe
	pipe.Init(make([]byte, 4))
	c := channel(1)
	var mw MapWait[int]
	var v int
	var seen, got uint32
	b := make([]byte, 8)
	ready := func(r Result) {
		if r != Ready {
			t.Error("not ready")
		}
	}
	// Each is polled in one task, where it is pending, woken, and polled again.
	var step func(cx *task.Context, w *Wait, again bool)
	run := func(cx *task.Context) { step(cx, &as[0].w, false) }
	again := func(cx *task.Context) { step(cx, &as[0].w, true) }
	for name, op := range map[string]func(cx *task.Context, w *Wait, again bool){
		"cell": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				cell.Subscribe(cx, w)
				cell.Wake()
				cell.Wake()
			} else {
				ready(cell.Wait(cx, w))
			}
		},
		"queue": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				queue.Wait(cx, w)
				queue.WakeAll()
			} else {
				ready(queue.Wait(cx, w))
			}
		},
		"semaphore": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				sem.Acquire(cx, w, 2)
				sem.Add(2)
			} else {
				ready(sem.Acquire(cx, w, 2))
				sem.Forget(w)
			}
		},
		"locks": func(cx *task.Context, w *Wait, again bool) {
			ready(mutex.Lock(cx, w))
			mutex.Unlock(w)
			ready(rw.Write(cx, w))
			rw.Unlock(w)
			ready(rw.TryRead())
			rw.UnlockTriedRead()
		},
		"values": func(cx *task.Context, w *Wait, again bool) {
			sig.Set(1)
			ready(sig.Wait(cx, w, &v))
			watch.Set(1)
			ready(watch.Next(cx, w, &seen, &v))
			once.Set(1)
			ready(once.Get(cx, w, &v))
			flags.Set(1)
			ready(flags.TakeAny(cx, w, 1, &got))
			ready(barrier.Wait(cx, w))
		},
		"map": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				m.Wait(cx, &mw, 7, &v)
				m.Wake(7, 1)
			} else {
				ready(m.Wait(cx, &mw, 7, &v))
			}
		},
		"channel": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				c.Receive(cx, w, &v)
				c.TrySend(1)
			} else {
				ready(c.Receive(cx, w, &v))
				ready(c.Send(cx, w, 1))
				ready(c.TryReceive(&v))
			}
		},
		"pipe": func(cx *task.Context, w *Wait, again bool) {
			if !again {
				pipe.Read(cx, w, b)
				pipe.TryWrite(b)
			} else {
				_, r := pipe.Read(cx, w, b)
				ready(r)
			}
		},
		"cancel": func(cx *task.Context, w *Wait, again bool) {
			cell.Wait(cx, w)
			w.Cancel()
		},
	} {
		step = op
		if n := testing.AllocsPerRun(100, func() { as[0].in(run); as[0].in(again) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
