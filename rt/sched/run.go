package sched

import (
	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Run is the executor's goroutine: it ticks while there is something to do, letting
// other goroutines run in between, and parks when there is nothing. It does not return.
//
// As many executors as [platform.Executors] says can run at a time, each on a goroutine; Run panics
// for one more.
//
// A poll function that calls [runtime.Goexit] ends its task, as a panic does, and the goroutine:
// Run goes on with another.
func (e *Executor) Run() {
	defer func() {
		if e.exited {
			go e.Run()
		}
	}()
	e.runUntil(func() bool { return false })
}

func (e *Executor) runUntil(done func() bool) {
	if e.ticking {
		panic("sched: Run in a poll of the same executor")
	}
	if !e.running.CompareAndSwap(0, 1) {
		panic("sched: Run of an executor that another goroutine runs")
	}
	defer e.running.Store(0)
	e.exited = false
	e.queue.Bind()
	defer e.queue.Unbind()
	e.watch.begin()
	defer e.watch.end()
	for !done() {
		if e.Tick().Remaining {
			atom.Relax()
			continue
		}
		if !done() {
			e.park()
		}
	}
}

// BlockOn runs the executor on the calling goroutine until poll, which it polls as its
// task t, has returned Ready, and returns the output, or how it ended otherwise: see
// [task.JoinHandle.Take]. It is for the start of a program and for tests. Thread level;
// the calling goroutine becomes the executor's, and must not be in a poll. BlockOn panics on an
// executor that others steal from: the task could end elsewhere, and nothing would wake this executor.
func BlockOn[T any](e *Executor, t *task.Task[T], m *task.Metadata, poll task.Func[T]) (out T, err error) {
	if e.ticking {
		panic("sched: BlockOn within a tick") // before a task is spawned that nobody would poll
	}
	if e.shared {
		panic("sched: BlockOn on an executor that others steal from")
	}
	j, err := Spawn(e, t, m, poll)
	if err != nil {
		return out, err
	}
	e.runUntil(j.Done)
	return j.Take()
}
