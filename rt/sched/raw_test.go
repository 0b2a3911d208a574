package sched

import (
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// joinWith polls a handle as the task of the waker would.
func joinWith[T any](j task.JoinHandle[T], w task.Waker) task.Poll {
	return task.Poll(raw.JoinHandle[T](j).Poll(raw.Waker(w)))
}
