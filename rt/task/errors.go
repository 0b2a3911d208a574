package task

import (
	"errors"
	"strconv"
)

// How a task can end, besides with its output.
var (
	// ErrCancelled: the task was cancelled before it completed.
	ErrCancelled = errors.New("task: cancelled")
	// ErrCancelledLate: the task was cancelled, but had completed; its output is
	// there. It is an ErrCancelled too, for errors.Is.
	ErrCancelledLate error = late{}
	// ErrShutdown: the executor was shut down before the task completed.
	ErrShutdown = errors.New("task: the executor has shut down")
)

// What can be wrong with a call.
var (
	// ErrNoPoll: the poll function is nil.
	ErrNoPoll = errors.New("task: spawn without a poll function")

	// ErrAlive: the task cannot be spawned, since it is alive or its result has
	// been neither taken nor given up.
	ErrAlive = errors.New("task: the task is alive already")
	// ErrFull: every slot of the pool is taken.
	ErrFull = errors.New("task: no free slot in the pool")
	// ErrStale: the result was taken or given up already.
	ErrStale = errors.New("task: stale join handle")
	// ErrJoining: another goroutine is in Poll of the same join handle.
	ErrJoining = errors.New("task: join handle is in use")
)

type late struct{}

func (late) Error() string        { return "task: cancelled after completing" }
func (late) Is(target error) bool { return target == ErrCancelled }

// PanicError is the end of a task whose poll function panicked.
type PanicError struct {
	ID    uint64
	Task  string // name
	Value any    // what it panicked with
	Stack []byte // where
}

func (e *PanicError) Error() string {
	var text string
	switch v := e.Value.(type) {
	case error:
		text = v.Error()
	case string:
		text = v
	default:
		text = "not a text"
	}
	return "task " + strconv.FormatUint(e.ID, 10) + " " + e.Task + " panicked: " + text
}

// Raised is what a poll function panics with to hand on a panic that was found on another
// stack than the executor's: the [PanicError] then has that value and that stack.
type Raised struct {
	Value any
	Stack []byte
}

// Unwrap returns what it panicked with, if that was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
