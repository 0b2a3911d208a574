package sched

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A Spawner takes tasks in: an [Executor] or an [Injector].
type Spawner interface {
	open() (*raw.RunQueue, bool)
	spawned() // to be called after a spawn
}

func (e *Executor) open() (*raw.RunQueue, bool) { return &e.queue, e.closed.Load() == 0 }

// spawned looks again whether the executor has been shut down, after the task was put on
// its queue: the shutdown either saw the task or is seen here.
func (e *Executor) spawned() {
	if e.closed.Load() != 0 {
		e.drain()
	}
}

// Spawn starts t with a poll function, which is called on the executor's goroutine
// until it returns Ready. m may be nil. Thread level, from any goroutine and from a
// poll. No allocation.
//
// The error is [task.ErrAlive] if t is alive or its last result is still to be taken,
// [task.ErrShutdown] after a shutdown of the executor, and [task.ErrUnverified] on [Urgent] and
// [Normal] if the image was verified, and poll was not.
func Spawn[T any](on Spawner, t *task.Task[T], m *task.Metadata, poll task.Func[T]) (task.JoinHandle[T], error) {
	q, ok := on.open()
	if !ok {
		return task.JoinHandle[T]{}, task.ErrShutdown
	}
	j, err := (*raw.Task[T])(t).Spawn(q, (*raw.Metadata)(m), word(poll))
	on.spawned()
	return task.JoinHandle[T](j), err
}

// word returns a func value as the word that it is.
func word[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

// SpawnMethod is [Spawn] of a task whose poll is a method of its state, such as (*Blinker).Poll:
//
//	//tamagotake:realtime
//	func (b *Blinker) Poll(cx *task.Context) task.Poll { ... }
//
//	j, err := sched.SpawnMethod(&sched.Normal, &b.task, nil, b, (*Blinker).Poll)
//
// Each poll is called with state, without an instruction more than another task's. Many tasks may
// share a method. A nil state is refused with a panic.
func SpawnMethod[S any](on Spawner, t *task.Task[task.None], m *task.Metadata, state *S, poll func(*S, *task.Context) task.Poll) (task.JoinHandle[task.None], error) {
	q, ok := on.open()
	if !ok {
		return task.JoinHandle[task.None]{}, task.ErrShutdown
	}
	j, err := (*raw.Task[task.None])(t).SpawnMethod(q, (*raw.Metadata)(m), unsafe.Pointer(state), word(poll))
	on.spawned()
	return task.JoinHandle[task.None](j), err
}

// Storage is memory for tasks: a pool, or one task.
type Storage[T any] interface {
	*task.Pool[T] | *task.GrowPool[T] | *task.Task[T]
}

// SpawnIn is [Spawn] into a free slot; the error is [task.ErrFull] if a [task.Pool] has none. Then
// nothing has happened, and poll can be spawned later. A [task.GrowPool] allocates when it has none.
func SpawnIn[T any, S Storage[T]](on Spawner, in S, m *task.Metadata, poll task.Func[T]) (task.JoinHandle[T], error) {
	q, ok := on.open()
	if !ok {
		return task.JoinHandle[T]{}, task.ErrShutdown
	}
	var j raw.JoinHandle[T]
	var err error
	switch in := any(in).(type) {
	case *task.Pool[T]:
		j, err = (*raw.Pool[T])(in).Spawn(q, (*raw.Metadata)(m), word(poll))
	case *task.GrowPool[T]:
		j, err = (*raw.GrowPool[T])(in).Spawn(q, (*raw.Metadata)(m), word(poll))
	case *task.Task[T]:
		j, err = (*raw.Task[T])(in).Spawn(q, (*raw.Metadata)(m), word(poll))
	}
	on.spawned()
	return task.JoinHandle[T](j), err
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
	for e.queue.CancelAll() > 0 {
		e.drain()
		// What is left was woken, and its waker has not put it on the queue yet.
		if e.queue.CancelAll() > 0 {
			atom.Relax()
		}
	}
}

// drain finishes what is on the queue of an executor that was shut down. Whoever puts
// something there afterwards comes here as well, and either gets the right to take it
// off, or the holder of that right looks once more.
func (e *Executor) drain() {
	for {
		c, ok := e.queue.Consume()
		if !ok {
			return
		}
		for !e.queue.Empty() {
			n, r := c.TryDequeue()
			if r != queue.Item {
				atom.Relax()
				continue
			}
			h := raw.Of(n)
			h.Start()
			shut(h)
		}
		c.ReleaseFence()
		if e.queue.Empty() {
			return
		}
	}
}
