package task

import (
	"sync/atomic"
	"unsafe"
)

// What rt/sched does with a task, from spawn to end.

// ids counts tasks from 1; 0 is nobody's.
var ids atomic.Uint64

// Spawn starts a life of t on the target: poll is called until it returns Ready. It
// must be called under the executor's lock. The handle is where the result goes;
// [JoinHandle.Detach] it if nobody wants that.
//
// The store of poll and name are pointer stores, so this is for thread level; a task
// of another level is spawned before that level runs.
func (t *Task) Spawn(target *Target, name string, poll func(*Context) Poll) (JoinHandle, error) {
	h := &t.Header
	s := h.state.Load()
	// joining reserves the slot: it is not live yet, and no longer free.
	if s&flags != 0 || !h.state.CompareAndSwap(s, s|joining) {
		return JoinHandle{}, ErrAlive
	}
	t.Err = nil
	t.nameText = name
	h.name = &t.nameText
	h.poll = poll
	h.exec = uintptr(unsafe.Pointer(target))
	h.id = ids.Add(1)
	h.polls, h.wakes = 0, 0
	h.next = target.tasks
	target.tasks = h
	h.state.Store(s | live | woken | handle)
	target.Enqueue(h)
	return JoinHandle{t, s &^ flags}, nil
}

// Outcome is what a poll led to.
type Outcome uint8

const (
	// Idle: pending, until somebody wakes it.
	Idle Outcome = iota
	// Again: pending, but woken during the poll, and on the queue again.
	Again
	// Over: completed, cancelled or panicked. The task is to be taken off the list.
	Over
)

// Run polls the task once. Executor only; the task was taken off its queue.
//
// call calls the poll function: with recover around it at thread level. It is a
// parameter of the executor, so that the same task runs at either level.
func (h *Header) Run(cx *Context, call func(*Header, *Context) Poll) Outcome {
	if h.start() {
		(*Task)(unsafe.Pointer(h)).Err = ErrCancelled
		return Over
	}
	cx.header, cx.waker = h, h.waker()
	h.polls++
	if call(h, cx) == Ready {
		return Over
	}
	if !h.end() {
		return Idle
	}
	targetAt(h.exec).Enqueue(h)
	return Again
}

// Call calls the poll function.
func (h *Header) Call(cx *Context) Poll { return h.poll(cx) }

// Name returns the task's name.
func (h *Header) Name() string { return *h.name }

// Fail makes err the task's result. Executor only, instead of the poll's own.
func (h *Header) Fail(err error) { (*Task)(unsafe.Pointer(h)).Err = err }

// Finish ends the life of a task for which [Header.Run] said Over, after it was taken
// off the list: its joiner is woken, and if there is none it is free again.
func (h *Header) Finish() {
	if h.finish() {
		(*Task)(unsafe.Pointer(h)).joiner.Wake()
	}
}

// Unlist takes the task off its target's list, under the executor's lock.
func (t *Target) Unlist(h *Header) {
	for p := &t.tasks; *p != nil; p = &(*p).next {
		if *p == h {
			*p = h.next
			h.next = nil
			return
		}
	}
}

// Info describes a live task to people.
type Info struct {
	ID    uint64
	Name  string
	State string
	Polls uint32
	Wakes uint32
}

// List returns the live tasks, oldest first, under the executor's lock.
func (t *Target) List() []Info {
	var list []Info
	for h := t.tasks; h != nil; h = h.next {
		list = append(list, Info{h.id, *h.name, h.stateText(), h.polls, h.wakes})
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func (h *Header) stateText() string {
	switch s := h.state.Load(); {
	case s&completed != 0:
		return "completed"
	case s&cancelled != 0:
		return "cancelled"
	case s&polling != 0:
		return "running"
	case s&woken != 0:
		return "ready"
	}
	return "idle"
}
