package task

// JoinHandle is the right to a task's result, once.
type JoinHandle struct {
	task *Task
	gen  uint32
}

// ID returns the task's number, also after its end, and 0 of a stale handle.
func (j JoinHandle) ID() uint64 {
	if j.task.state.Load()&^flags != j.gen {
		return 0
	}
	return j.task.id
}

// Waker returns the task's waker, with which it can be cancelled as well.
func (j JoinHandle) Waker() Waker { return Waker{j.task.waker().header, j.gen} }

// Poll takes the result if the task is over: done is true and err what it ended
// with, nil for success. Otherwise w is woken when it is; the w of a later call takes
// the place of the one before. Thread level.
func (j JoinHandle) Poll(w Waker) (err error, done bool) {
	h := &j.task.Header
	for {
		s := h.state.Load()
		switch {
		case s&^flags != j.gen || s&handle == 0:
			return ErrStale, true
		case s&completed != 0:
			err := j.task.Err
			// Nobody else touches a completed task, so this is no loop.
			h.state.Store(s&^flags + generation)
			return err, true
		case s&joining == 0:
			// While the waker is being stored the bit keeps finish from reading it.
			h.state.CompareAndSwap(s, s&^waiting|joining)
		default:
			j.task.joiner = w
			if h.state.CompareAndSwap(s, s&^joining|waiting) {
				return nil, false
			}
		}
	}
}

// Detach gives the result up: the task goes on, and its slot is free at its end.
func (j JoinHandle) Detach() {
	h := &j.task.Header
	for {
		s := h.state.Load()
		if s&^flags != j.gen || s&handle == 0 {
			return
		}
		next := s &^ (handle | waiting)
		if s&completed != 0 {
			next = s&^flags + generation
		}
		if h.state.CompareAndSwap(s, next) {
			return
		}
	}
}
