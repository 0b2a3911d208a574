// Package supervisor keeps a driver running: its task is started again when it has failed,
// later each time, and who uses the driver is told meanwhile.
//
//	           Start                     the task ends otherwise than by itself
//	starting ---------> running ------------------------------------+
//	   ^     \                                                      v
//	   |      +--- Start says an error, or panics ----------------> down: users are told,
//	   |                                                              |   Down is called
//	   +---------------------- back-off: 1, 2, 4, 8 ... <-------------+
//
// The supervisor is a straight-line task itself, [Supervisor.Run]. What it supervises is any
// task with a join handle: a body, a poll function, one of real-time level. A driver that ran
// for a good while before it failed is started again as after its first failure.
//
// What is not restarted: a driver that has ended by itself without an error, and one that was
// cancelled, unless the supervisor is told to restart it Always; and one whose executor was shut
// down. Then Run returns. A number of failures
// after which the supervisor gives up was rejected: a device can be put back in after a
// year, and a start every Most costs nothing.
package supervisor

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// BackOff is how long after a failure a driver is started again: First after the first
// failure, twice as long after each further one, Most at most. Good is how long it must run for the next failure to be a first one again. What is 0 or less is as
// in [Default].
type BackOff struct{ First, Most, Good time.Duration }

// Default is the usual back-off: 100 ms to 30 s, and a minute for a good while.
var Default = BackOff{First: 100 * time.Millisecond, Most: 30 * time.Second, Good: time.Minute}

// after returns the delay after so many failures in a row.
func (b BackOff) after(failures int) time.Duration {
	d := b.First
	for n := 1; n < failures && d < b.Most; n++ {
		d *= 2
	}
	return min(d, b.Most)
}

func (b BackOff) orDefault() BackOff {
	for _, x := range []struct {
		d     *time.Duration
		usual time.Duration
	}{{&b.First, Default.First}, {&b.Most, Default.Most}, {&b.Good, Default.Good}} {
		if *x.d <= 0 {
			*x.d = x.usual
		}
	}
	return b
}

// Supervisor supervises one driver, whose task has T as output: [task.None], or error for a
// body that returns one.
type Supervisor[T any] struct {
	// Status is for the driver's users. Its Name is the device's.
	Status

	// Start brings the device into a known state, as it can be in any, and spawns the
	// driver's task. It may await, with time limits. An error, and a panic, is a failure.
	Start func(c *coro.Ctx) (task.JoinHandle[T], error)

	// Down is told when the driver has failed, after Status is: it ends what is in flight
	// with the error, where users do not wait with a [User]. May be nil. It must not await.
	Down func(err error)

	// Report is told each failure and each end in one line, for people. May be nil.
	Report func(text string)

	BackOff BackOff

	// Always has a driver started again as well that has ended by itself, with [ErrEnded], or was
	// cancelled: both are failures.
	Always bool

	// Pause awaits a time. nil is [coro.Ctx.Sleep]; for a driver that a sleep
	// depends on.
	Pause func(c *coro.Ctx, d time.Duration)
}

// ErrEnded is why a driver has failed that ended by itself although it should [Supervisor.Always]
// run.
var ErrEnded = errors.New("it has ended by itself")

// Run is the supervisor: the body of a task, see [coro.Func]. It returns how the driver
// ended, if that is for good: nil, [task.ErrCancelled], [task.ErrShutdown]. If it is
// cancelled it cancels the driver.
func (s *Supervisor[T]) Run(c *coro.Ctx) error {
	if s.Start == nil {
		panic("supervisor: " + s.Name + " has no Start")
	}
	b := s.BackOff.orDefault()
	defer s.down(task.ErrCancelled) // unless something else is said before
	for failures := 0; ; {
		began := platform.Now()
		err, forGood := s.once(c)
		if forGood {
			s.down(err)
			s.report("ended", err)
			return err
		}
		if platform.Now()-began >= int64(b.Good) {
			failures = 0
		}
		failures++
		delay := b.after(failures)
		s.failed(err, failures, platform.Now()+int64(delay))
		if s.Down != nil {
			s.Down(s.Err())
		}
		s.report(fmt.Sprintf("failed, %d in a row, next start in %d ms", failures, delay.Milliseconds()), err)
		if s.Pause != nil {
			s.Pause(c, delay)
		} else {
			c.Sleep(delay)
		}
	}
}

// once is one life of the driver.
func (s *Supervisor[T]) once(c *coro.Ctx) (err error, forGood bool) {
	j, err := s.start(c)
	if err != nil {
		return err, false
	}
	defer func() { // of a task that is over these do nothing
		j.Cancel()
		j.Detach()
	}()
	s.up()
	out, err := coro.Join(c, j)
	switch {
	case errors.Is(err, task.ErrCancelled) && !s.Always, errors.Is(err, task.ErrShutdown):
		return err, true
	case err != nil:
		return err, false
	}
	if err, ok := any(out).(error); ok {
		return err, false
	}
	if s.Always {
		return ErrEnded, false
	}
	return nil, true
}

// start calls Start, and takes a panic for an error. One that is cancelled passes through.
func (s *Supervisor[T]) start(c *coro.Ctx) (j task.JoinHandle[T], err error) {
	defer func() {
		if v := recover(); v != nil {
			platform.UnmaskInterrupts() // it may have been in a masked section
			err = &task.PanicError{ID: c.Waker().ID(), Task: s.Name, Value: v, Stack: debug.Stack()}
		}
	}()
	return s.Start(c)
}

func (s *Supervisor[T]) report(what string, err error) {
	if s.Report == nil {
		return
	}
	text := s.Name + ": driver " + what
	if err != nil {
		text += ": " + err.Error()
	}
	s.Report(text)
}
