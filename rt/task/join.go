package task

import "unsafe"

// JoinHandle is the right to a task's result, once. It can be copied; whoever is first
// gets the result.
type JoinHandle[T any] struct {
	task *Task[T]
	key  key
}

// ID returns the task's number, also after its end. 0 is nobody's.
func (j JoinHandle[T]) ID() uint64 { return j.key.number() }

// Waker returns the task's waker, with which it can be cancelled as well.
func (j JoinHandle[T]) Waker() Waker {
	if j.task == nil {
		return Waker{}
	}
	return Waker{uintptr(unsafe.Pointer(j.task)), j.key}
}

// Cancel is that of the task's [Waker].
func (j JoinHandle[T]) Cancel() bool { return j.Waker().Cancel() }

// Done reports whether the task is over.
func (j JoinHandle[T]) Done() bool { return j.Waker().Done() }

// Poll takes the result if the task is over: done is true, out its output, and err nil,
// or how it ended otherwise: [ErrCancelled], [ErrCancelledLate] with the output,
// [ErrShutdown], a [*PanicError], a [*FaultError]; or [ErrStale] if the result was taken before. If the
// task is not over, w is woken when it is; the w of a later call takes the place of the
// one before. Thread level. Who stops polling loses nothing and detaches, or comes back.
func (j JoinHandle[T]) Poll(w Waker) (out T, err error, done bool) {
	if j.task == nil {
		return out, ErrStale, true
	}
	h := &j.task.Header
	for {
		s := h.state.Load()
		switch {
		case !h.is(j.key, s) || s&handle == 0:
			return out, ErrStale, true
		case s&joining != 0:
			return out, ErrJoining, true
		case s&completed != 0:
			if h.state.CompareAndSwap(s, s&^(handle|waiting)|joining) {
				out, err = j.take(s)
				return out, err, true
			}
		case h.state.CompareAndSwap(s, s&^waiting|joining):
			j.task.joiner = w
			if h.joined() {
				return out, nil, false
			}
		}
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
		if h.state.CompareAndSwap(s, settled(next)) {
			return s&completed == 0
		}
	}
}

// take moves the result out; joining keeps the slot meanwhile.
func (j JoinHandle[T]) take(s uint32) (out T, err error) {
	t := j.task
	switch t.how {
	case Output:
		out = t.output
		if s&cancelled != 0 {
			err = ErrCancelledLate
		}
	case Cancelled:
		err = ErrCancelled
	case Shutdown:
		err = ErrShutdown
	case panicked:
		err = t.err
		claimed(j.key)
	case faulted:
		err = faultError(t.number(), t.build.Load().name(), t.fault)
		claimed(j.key)
	}
	var zero T
	t.output, t.err = zero, nil // nothing is kept from the collector
	t.release(joining)
	return out, err
}

// Detach gives the result up: the task goes on, and its slot is free at its end. Who
// was to be woken then is not. If it panics or faults, or has, that is reported: see [NextEnd].
// Any level.
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
		if h.state.CompareAndSwap(s, settled(s&^(handle|waiting))) {
			return
		}
	}
}
