package task

import "github.com/tamagotake/tamagotake/rt/internal/raw"

// JoinHandle is the right to a task's result, once. It can be copied; the first copy to take
// the result gets it.
//
//	if j.Poll(cx) == task.Pending { return task.Pending }
//	out, err := j.Take()
type JoinHandle[T any] raw.JoinHandle[T]

// ID returns the task's number, also after its end. The zero handle's is 0, which no task has. Any level.
func (j JoinHandle[T]) ID() uint64 { return raw.JoinHandle[T](j).ID() }

// Waker returns the task's waker, with which it can be cancelled as well. Any level.
func (j JoinHandle[T]) Waker() Waker { return Waker(raw.JoinHandle[T](j).Waker()) }

// Cancel is that of the task's [Waker]. Any level.
func (j JoinHandle[T]) Cancel() bool { return j.Waker().Cancel() }

// Done reports whether the task is over. Any level.
func (j JoinHandle[T]) Done() bool { return j.Waker().Done() }

// Poll is Ready when [JoinHandle.Take] does not say [ErrRunning]. Until then it leaves the
// context's waker, which replaces that of an earlier call: one task waits for a handle.
// Thread level. A task that stops polling loses nothing: it detaches the handle, or comes back.
func (j JoinHandle[T]) Poll(cx *Context) Poll {
	return Poll(raw.JoinHandle[T](j).Poll((*raw.Context)(cx).Waker()))
}

// Take takes the result: the task's output, and nil; or how it ended otherwise: [ErrCancelled],
// [ErrCancelledLate] with the output, [ErrShutdown], a [*PanicError], a [*FaultError]. It never
// waits: the error is [ErrRunning] if the task is not over. It is [ErrStale] if the result was
// taken or given up before. Thread level.
func (j JoinHandle[T]) Take() (out T, err error) {
	out, r, err := raw.JoinHandle[T](j).Take()
	if err != nil {
		return out, err
	}
	return out, outcome(r)
}

// outcome returns the error of a result, nil if the output stands.
func outcome(r raw.Result) error {
	switch r.Outcome {
	case raw.Cancelled:
		return ErrCancelled
	case raw.Shutdown:
		return ErrShutdown
	case raw.Panicked:
		return (*PanicError)(r.Panic)
	case raw.Faulted:
		return faultError(r.Fault.ID, r.Fault.Task, &r.Fault.Fault)
	}
	if r.Late {
		return ErrCancelledLate
	}
	return nil
}

// Detach gives the result up: the task goes on, and its slot is free at its end. If it panics or
// faults, or has, that is reported: see [NextEnd]. A task that was to be woken then is not.
// Any level.
func (j JoinHandle[T]) Detach() { raw.JoinHandle[T](j).Detach() }
