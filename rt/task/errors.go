package task

import (
	"errors"
	"strconv"
	"strings"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
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
	ErrNoPoll = raw.ErrNoPoll
	// ErrAlive: the task cannot be spawned, since it is alive or its result has
	// been neither taken nor given up.
	ErrAlive = raw.ErrAlive
	// ErrFull: every slot of the pool is taken.
	ErrFull = raw.ErrFull
	// ErrRunning: the task is not over yet.
	ErrRunning = raw.ErrRunning
	// ErrStale: the result was taken or given up already.
	ErrStale = raw.ErrStale
	// ErrJoining: another goroutine is in Poll or Take of the same join handle.
	ErrJoining = raw.ErrJoining
	// ErrUnverified: the poll function of a real-time task is not one that boot/verify has
	// verified.
	ErrUnverified = raw.ErrUnverified
	// ErrUnverifiedUndo: the function is not one that boot/verify has verified.
	ErrUnverifiedUndo = raw.ErrUnverifiedUndo
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

// Unwrap returns what it panicked with, if that was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Where returns the function and file:line in which the panic was: the innermost that is not
// the runtime's; "" if the stack does not say.
func (e *PanicError) Where() (function, place string) {
	_, text, found := strings.Cut(string(e.Stack), "\npanic(")
	if !found {
		return "", ""
	}
	lines := strings.Split(text, "\n")[1:]
	for i := 1; i+1 < len(lines); i += 2 {
		name, _, _ := strings.Cut(lines[i], "(")
		if at := strings.LastIndexByte(lines[i], '('); at > 0 {
			name = lines[i][:at]
		}
		if name == "panic" || strings.HasPrefix(name, "runtime.") {
			continue
		}
		place, _, _ = strings.Cut(strings.TrimSpace(lines[i+1]), " +")
		return name, place
	}
	return "", ""
}
