package supervisor

import (
	"fmt"
	"sync/atomic"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Status is whether a driver runs, for those who use it and those who want to know. Thread
// level, any goroutine. It must not be copied.
type Status struct {
	Name string // of the device; set before the supervisor runs

	state   atomic.Pointer[Stat]
	changes tasksync.WaitQueue
}

// Stat is what there is to know of a driver.
type Stat struct {
	Running  bool
	Starts   int   // successful ones
	Failures int   // in all, of starts and of what was started
	InARow   int   // of these, since it ran for a good while
	Err      error // of the last failure, or how it ended for good; nil if there was none
	NextNS   int64 // if it is down: when it is started again, on the clock of platform.Now; 0 for never
}

// Stat returns what there is to know.
func (s *Status) Stat() Stat {
	if p := s.state.Load(); p != nil {
		return *p
	}
	return Stat{}
}

// Err returns nil while the driver runs, and otherwise a [*drivers.Error] that is a
// [drivers.ErrDown] and what the driver ended with.
func (s *Status) Err() error { return s.err(s.Stat()) }

func (s *Status) err(now Stat) error {
	switch {
	case now.Running:
		return nil
	case now.Err == nil:
		return &drivers.Error{Device: s.Name, Err: drivers.ErrDown}
	}
	return &drivers.Error{Device: s.Name, Err: fmt.Errorf("%w: %w", drivers.ErrDown, now.Err)}
}

// set changes the state, and then tells who waits. Supervisor only.
func (s *Status) set(change func(*Stat)) {
	next := s.Stat()
	change(&next)
	s.state.Store(&next)
	s.changes.WakeAll()
}

func (s *Status) up() {
	s.set(func(n *Stat) { n.Running, n.NextNS = true, 0; n.Starts++ })
}

func (s *Status) failed(err error, inARow int, nextNS int64) {
	s.set(func(n *Stat) {
		n.Running, n.Err, n.InARow, n.NextNS = false, err, inARow, nextNS
		n.Failures++
	})
}

// down is the end, unless it was said already.
func (s *Status) down(err error) {
	if now := s.state.Load(); now != nil && !now.Running && now.NextNS == 0 {
		return
	}
	s.set(func(n *Stat) { n.Running, n.Err, n.NextNS = false, err, 0 })
}

// User is a task's use of a driver, one operation at a time: it bounds each by the driver's
// life, so that what was begun with one that has failed since does not wait for ever. The
// zero value with a Status is ready; it must not be copied while an operation is under way.
type User struct {
	Status *Status

	began int // Starts at the beginning of the operation
	wait  tasksync.Wait
}

// Wait polls the operation, and Ready ends it: with nil, or with an error if the driver is
// down, or was since the operation began; what it waits for is then to be given up by the
// caller. Of a driver that is down no operation is begun; one that was begun, and is done
// although the driver has failed, is done. From a poll of the user's task; thread level; it
// does not allocate unless there is an error.
//
//	p, err := user.Wait(cx, func(cx *task.Context) task.Poll { return port.Receive(cx, &data) })
func (u *User) Wait(cx *task.Context, operation func(cx *task.Context) task.Poll) (task.Poll, error) {
	begun := u.wait.Waiting()
	// First a place among those who are told, then the look: nothing comes in between.
	for u.Status.changes.Wait(cx, &u.wait) == tasksync.Ready {
	}
	now := u.Status.Stat()
	if !begun {
		u.began = now.Starts
	}
	if (begun || now.Running) && operation(cx) == task.Ready {
		u.Cancel()
		return task.Ready, nil
	}
	if now.Running && now.Starts == u.began {
		return task.Pending, nil
	}
	u.Cancel()
	now.Running = false // it was not, in between
	return task.Ready, u.Status.err(now)
}

// Cancel gives the operation up: the next Wait begins another. From a poll of the user's task.
func (u *User) Cancel() { u.wait.Cancel() }

// Await is [User.Wait] for a body: nil, or why the operation will not be done.
func (u *User) Await(c *coro.Ctx, operation func(cx *task.Context) task.Poll) (err error) {
	c.AwaitFunc(func(cx *task.Context) (p task.Poll) {
		p, err = u.Wait(cx, operation)
		return p
	})
	return err
}
