package sched

import (
	"github.com/tamagotake/tamagotake/internal/atom"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A Spawner takes tasks in: an [Executor] or an [Injector].
type Spawner interface {
	open() (*task.Target, bool)
	spawned() // to be called after a spawn
}

func (e *Executor) open() (*task.Target, bool) { return &e.target, e.closed.Load() == 0 }

// spawned looks again whether the executor has been shut down, after the task was put on
// its queue: the shutdown either saw the task or is seen here.
func (e *Executor) spawned() {
	if e.closed.Load() != 0 {
		e.drain()
	}
}

// Spawn starts t with a poll function, which is called on the executor's goroutine
// until it returns Ready. b may be nil. Thread level, from any goroutine and from a
// poll. No allocation.
//
// The error is [task.ErrAlive] if t is alive or its last result is still to be taken,
// [task.ErrShutdown] after a shutdown of the executor, and [task.ErrUnverified] on [Urgent] and
// [Normal] if the image was verified, and poll was not.
func Spawn[T any](on Spawner, t *task.Task[T], b *task.Metadata, poll task.Func[T]) (task.JoinHandle[T], error) {
	target, ok := on.open()
	if !ok {
		return task.JoinHandle[T]{}, task.ErrShutdown
	}
	j, err := t.Spawn(target, b, poll)
	on.spawned()
	return j, err
}

// SpawnMethod is [Spawn] of a task whose poll is a method of its state, such as (*Blinker).Poll:
//
//	//tamagotake:realtime
//	func (b *Blinker) Poll(cx *task.Context) task.Poll { ... }
//
//	j, err := sched.SpawnMethod(&sched.Normal, &b.task, nil, b, (*Blinker).Poll)
//
// Each poll is called with state. See [task.SpawnMethod].
func SpawnMethod[S any](on Spawner, t *task.Task[task.None], b *task.Metadata, state *S, poll func(*S, *task.Context) task.Poll) (task.JoinHandle[task.None], error) {
	target, ok := on.open()
	if !ok {
		return task.JoinHandle[task.None]{}, task.ErrShutdown
	}
	j, err := task.SpawnMethod(t, target, b, state, poll)
	on.spawned()
	return j, err
}

// A Storage has slots for tasks: a [task.Pool] or a [task.GrowPool].
type Storage[T any] interface {
	Spawn(*task.Target, *task.Metadata, task.Func[T]) (task.JoinHandle[T], error)
}

// SpawnIn is [Spawn] into a free slot; the error is [task.ErrFull] if a pool has none.
func SpawnIn[T any](on Spawner, p Storage[T], b *task.Metadata, poll task.Func[T]) (task.JoinHandle[T], error) {
	target, ok := on.open()
	if !ok {
		return task.JoinHandle[T]{}, task.ErrShutdown
	}
	j, err := p.Spawn(target, b, poll)
	on.spawned()
	return j, err
}

// Shutdown ends every task of the executor that is not over with [task.ErrShutdown], and
// wakes its joiners; later spawns are refused, and later wakes do nothing. Executor
// goroutine only, not from a poll.
func (e *Executor) Shutdown() {
	if e.ticking {
		panic("sched: Shutdown within a tick")
	}
	e.closed.Store(1)
	if e.consuming {
		e.consuming = false
		e.consumer.Release()
	}
	for e.target.CancelAll() > 0 {
		e.drain()
		// What is left was woken by somebody who has not put it on the queue yet.
		if e.target.CancelAll() > 0 {
			atom.Relax()
		}
	}
}

// drain finishes what is on the queue of an executor that was shut down. Whoever puts
// something there afterwards comes here as well, and either gets the right to take it
// off, or whoever has it looks once more.
func (e *Executor) drain() {
	for {
		c, ok := e.target.Consume()
		if !ok {
			return
		}
		for !e.target.Empty() {
			n, r := c.TryDequeue()
			if r != queue.Item {
				atom.Relax()
				continue
			}
			h := task.Of(n)
			h.Start()
			shut(h)
		}
		c.ReleaseFence()
		if e.target.Empty() {
			return
		}
	}
}
