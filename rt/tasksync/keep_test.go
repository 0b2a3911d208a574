package tasksync_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// begins begin a wait each, for an object of which only that is returned.
var begins = map[string]func(cx *task.Context, w *tasksync.Wait) (object weak.Pointer[[1]byte]){
	"WaitQueue": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			q    tasksync.WaitQueue
		})
		o.q.Wait(cx, w)
		return weak.Make(&o.byte)
	},
	"Channel, to receive": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			ch   tasksync.Channel[int]
		})
		o.ch.Init(make([]int, 1))
		var got int
		o.ch.Receive(cx, w, &got)
		return weak.Make(&o.byte)
	},
	"Channel, to send": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			ch   tasksync.Channel[int]
		})
		o.ch.Init(make([]int, 1))
		o.ch.TrySend(1)
		o.ch.Send(cx, w, 2)
		return weak.Make(&o.byte)
	},
	"Mutex that is held": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			m    tasksync.Mutex
		})
		o.m.Lock(cx, w)
		return weak.Make(&o.byte)
	},
	"Semaphore of which permits are held": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			s    tasksync.Semaphore
		})
		o.s.Add(3)
		o.s.Acquire(cx, w, 2)
		return weak.Make(&o.byte)
	},
	"Flags": func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte] {
		o := new(struct {
			byte [1]byte
			f    tasksync.Flags
		})
		var got uint32
		o.f.TakeAll(cx, w, 3, &got)
		return weak.Make(&o.byte)
	},
}

// A wait that a poll function has declared itself, and the object it waits for, are kept from
// the collector as long as it waits or holds something, and no longer than the task lives.
func TestWaitIsKept(t *testing.T) {
	for name, begin := range begins {
		t.Run(name, func(t *testing.T) {
			e := new(sched.Executor)
			keeps(t, e, func() { e.Tick() }, begin)
		})
	}
}

// keeps has a task on an executor begin a wait that nothing else refers to, and end.
func keeps(t *testing.T, on sched.Spawner, tick func(), begin func(cx *task.Context, w *tasksync.Wait) weak.Pointer[[1]byte]) {
	t.Helper()
	var wait weak.Pointer[tasksync.Wait]
	var object weak.Pointer[[1]byte]
	j, err := sched.Spawn(on, new(task.Task[task.None]), nil, func(_ *task.None, cx *task.Context) task.Poll {
		if wait == (weak.Pointer[tasksync.Wait]{}) {
			var given, w tasksync.Wait
			wait = weak.Make(&w)
			new(tasksync.WaitQueue).Wait(cx, &given) // and one that is given up again
			object = begin(cx, &w)
			given.Cancel()
		}
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	tick()
	for range 3 {
		runtime.GC()
	}
	if wait.Value() == nil || object.Value() == nil {
		t.Fatalf("freed while it waits: the wait %v, its object %v", wait.Value() == nil, object.Value() == nil)
	}
	j.Cancel() // which takes it back, from the object
	tick()
	if _, err := j.Take(); err != task.ErrCancelled {
		t.Errorf("%v", err)
	}
	for range 3 {
		runtime.GC()
	}
	if wait.Value() != nil || object.Value() != nil {
		t.Errorf("kept after the end of the task: the wait %v, its object %v", wait.Value() != nil, object.Value() != nil)
	}
}

// The same while the collector is at work, and waits come and go in the middle of the list.
func TestWaitsWhileCollecting(t *testing.T) {
	const polls, most = 300, 8
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	var e sched.Executor
	var open [most]weak.Pointer[tasksync.Wait]
	n, freed := 0, 0
	_, err := sched.BlockOn(&e, new(task.Task[task.None]), nil, func(_ *task.None, cx *task.Context) task.Poll {
		for i := range open {
			if open[i] == (weak.Pointer[tasksync.Wait]{}) {
				w := new(tasksync.Wait)
				new(tasksync.Mutex).Lock(cx, w)
				open[i] = weak.Make(w)
			} else if w := open[i].Value(); w == nil {
				freed++
			} else if (n+i*i)%3 == 0 {
				w.Cancel()
				open[i] = weak.Pointer[tasksync.Wait]{}
			}
		}
		if n++; n == polls {
			return task.Ready
		}
		cx.Waker().Wake()
		runtime.Gosched()
		return task.Pending
	})
	close(stop)
	<-stopped
	if err != nil || freed != 0 {
		t.Errorf("%v, %d locks that are held were freed", err, freed)
	}
}
