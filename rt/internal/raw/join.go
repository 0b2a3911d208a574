package raw

import (
	"errors"
	"unsafe"
)

// JoinHandle is the right to a task's result, once. It can be copied; the first copy to take
// the result gets it.
type JoinHandle[T any] struct {
	task *Task[T]
	key  key
}

// What can be wrong with a handle.
var (
	ErrRunning = errors.New("task: the task is not over yet")
	ErrStale   = errors.New("task: stale join handle")
	ErrJoining = errors.New("task: join handle is in use")
)

// Result is how a task ended, for its joiner.
type Result struct {
	Outcome Outcome
	Late    bool         // it was cancelled after it had completed
	Panic   *Panic       // of one that Panicked
	Fault   *FaultReport // of one that Faulted
}

// Panic is the end of a task whose poll function panicked. Its fields are those of task.PanicError.
type Panic struct {
	ID    uint64
	Task  string // name
	Value any    // what it panicked with
	Stack []byte // where
}

// ID returns the task's number, also after its end. No task has 0.
func (j JoinHandle[T]) ID() uint64 { return j.key.number() }

// Waker returns the task's waker.
func (j JoinHandle[T]) Waker() Waker {
	if j.task == nil {
		return Waker{}
	}
	return Waker{uintptr(unsafe.Pointer(j.task)), j.key}
}

// Poll reports whether [JoinHandle.Take] has something to say. If not, w is woken when it has;
// the w of a later call takes the place of the one before. Thread level.
func (j JoinHandle[T]) Poll(w Waker) Poll {
	if j.task == nil {
		return Ready
	}
	h := &j.task.Header
	for {
		s := h.state.Load()
		if !h.is(j.key, s) || s&handle == 0 || s&(joining|completed) != 0 {
			return Ready
		}
		if !h.state.CompareAndSwap(s, s&^waiting|joining) {
			continue
		}
		j.task.joiner = w
		if h.joined() {
			return Pending
		}
		return Ready
	}
}

// joined ends the storing of a join waker and reports whether it will be used. If the
// task ended meanwhile, it will not.
func (h *Header) joined() bool {
	for {
		s := h.state.Load()
		next := s &^ joining
		if s&completed == 0 {
			next |= waiting
		}
		if h.state.CompareAndSwap(s, releaseIfUnheld(next)) {
			return s&completed == 0
		}
	}
}

// Take takes the result. The error says why there is none: [ErrRunning], [ErrStale] or
// [ErrJoining]. Thread level.
func (j JoinHandle[T]) Take() (out T, r Result, err error) {
	if j.task == nil {
		return out, r, ErrStale
	}
	h := &j.task.Header
	for {
		s := h.state.Load()
		switch {
		case !h.is(j.key, s) || s&handle == 0:
			return out, r, ErrStale
		case s&joining != 0:
			return out, r, ErrJoining
		case s&completed == 0:
			return out, r, ErrRunning
		case h.state.CompareAndSwap(s, s&^(handle|waiting)|joining):
			out, r = j.take(s)
			return out, r, nil
		}
	}
}

// take moves the result out; joining keeps the slot meanwhile.
func (j JoinHandle[T]) take(s uint32) (out T, r Result) {
	t := j.task
	r.Outcome = t.how
	switch t.how {
	case Output:
		out = t.output
		r.Late = s&cancelled != 0
	case Panicked:
		r.Panic = t.panicked
		claimed(j.key)
	case Faulted:
		r.Fault = &FaultReport{t.number(), t.metadata.Load().name(), t.fault}
		claimed(j.key)
	}
	var zero T
	t.output, t.panicked = zero, nil // nothing is kept from the collector
	t.release(joining)
	return out, r
}

// Detach gives the result up: the task goes on, and its slot is free at its end. A waker that
// [JoinHandle.Poll] has left is not used. Any level.
func (j JoinHandle[T]) Detach() {
	if j.task == nil {
		return
	}
	h := &j.task.Header
	for {
		s := h.state.Load()
		if !h.is(j.key, s) || s&handle == 0 {
			return
		}
		if h.state.CompareAndSwap(s, releaseIfUnheld(s&^(handle|waiting))) {
			return
		}
	}
}
