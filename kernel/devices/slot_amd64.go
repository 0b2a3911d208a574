//go:build tamago

package devices

import (
	"fmt"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// slot has room for a device, and the task that drives it. It is used again when the device is
// gone: the task stays, unless it has failed.
type slot[D any] struct {
	device D
	task   task.Task[task.None]
	waker  task.Waker
	line   uint32
	last   *kernel.Device // that was connected
}

// isFree reports whether the slot can take a device: the last is not present, and the kernel has
// retired it. Its line says nothing, since others get that.
func (s *slot[D]) isFree(present bool) bool { return !present && !s.last.IsDriven() }

// connect has the slot's task poll the device, and the line wake it.
func (s *slot[D]) connect(found *kernel.Device, name string, poll func(*D, *task.Context) task.Poll) (err error) {
	if s.waker.Done() {
		s.waker = kernel.SpawnMethod(&sched.Normal, &s.task, name, &s.device, poll)
	}
	s.last = found
	s.line, err = found.Connect(name, s.waker)
	startTicks()
	return err
}

func errTaken(found *kernel.Device, what string) error {
	return fmt.Errorf("%s: there is a %s already", found.Where, what)
}
