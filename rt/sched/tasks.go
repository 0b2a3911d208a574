package sched

import (
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Tasks describes the live tasks, newest first. Thread level.
func (e *Executor) Tasks() []task.Info { return list(&e.queue) }

// Tasks describes the live tasks of this priority, newest first. Thread level.
func (p *Priority) Tasks() []task.Info { return list(&p.queue) }

func list(q *raw.RunQueue) (list []task.Info) {
	for i := range raw.All(q) {
		list = append(list, task.Info(i))
	}
	return list
}
