package sched

import (
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/queue"
)

// Injector holds tasks that belong to no executor yet: those that steal from it run
// them. The zero value is ready; it is a package variable.
type Injector struct{ queue raw.RunQueue }

func (in *Injector) open() (*raw.RunQueue, bool) { return &in.queue, true }
func (in *Injector) spawned()                    {}

// TrySteal is that of [Executor].
func (in *Injector) TrySteal() (Stealer, queue.Result) { return trySteal(&in.queue) }

// Stealer moves tasks from one queue to an executor's, oldest first. While it is held
// no other executor takes tasks off that queue, so it is held for a short time and then given
// back with Release.
type Stealer struct {
	consumer queue.Consumer
	tasks    int
}

// lenMax bounds how far a Stealer counts.
const lenMax = 1 << 16

// TrySteal begins to steal from the executor, which must have been made for it with
// [Executor.Share]. The result is queue.Item if there is something to steal, queue.Empty
// if not, queue.Busy if another executor is stealing or the executor is just taking a task;
// of the last two nothing need be released. A task that is being polled is on no queue
// and cannot be stolen. Thread level, any goroutine.
func (e *Executor) TrySteal() (Stealer, queue.Result) {
	if !e.shared {
		return Stealer{}, queue.Busy
	}
	return trySteal(&e.queue)
}

func trySteal(t *raw.RunQueue) (Stealer, queue.Result) {
	if t.Empty() {
		return Stealer{}, queue.Empty
	}
	c, ok := t.Consume()
	if !ok {
		return Stealer{}, queue.Busy
	}
	return Stealer{c, c.Len(lenMax)}, queue.Item
}

// Len returns how many tasks were there to be stolen when the stealing began.
func (s *Stealer) Len() int { return s.tasks }

// One moves one task to the executor and reports whether there was one.
func (s *Stealer) One(to *Executor) bool { return s.N(to, 1) == 1 }

// Half moves half of the tasks that were there when the stealing began, rounded up, and
// returns how many it moved.
func (s *Stealer) Half(to *Executor) int { return s.N(to, (s.tasks+1)/2) }

// N moves n tasks, or as many as there are, to the executor and returns how many. They
// count there as woken from outside. It does not wait for a producer that is under way.
func (s *Stealer) N(to *Executor, n int) (moved int) {
	for moved < n {
		node, r := s.consumer.TryDequeue()
		if r != queue.Item {
			break
		}
		to.queue.Rebind(raw.Of(node))
		moved++
	}
	return moved
}

// Release ends the stealing.
func (s *Stealer) Release() { s.consumer.Release() }
