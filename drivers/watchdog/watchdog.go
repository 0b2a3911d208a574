// Package watchdog is what every watchdog shares: the task that feeds it, and what a
// driver says.
//
//	the timer's task --once a second--> feeder, thread level --Feed--> device
//
// Between the timer's interrupt and Feed is all that the kernel lives by: interrupts, the
// real-time executor, the Go scheduler and an executor at thread level. If one of them
// stands still, the device is not fed, and restarts the machine. A driver that feeds from
// an interrupt, or from a real-time task, would be fed by a kernel of which only that is
// left.
package watchdog

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Dog is a watchdog device. Thread level.
type Dog interface {
	// Start makes the device restart the machine when it was not fed for timeout. A device
	// that cannot do exactly that takes the next longer time, which Start returns. The error
	// is ErrRunning, a RangeError, or says what the device did not take.
	Start(timeout time.Duration) (actual time.Duration, err error)
	// Feed begins the time anew.
	Feed()
	// Stop turns the device off; ErrNoStop if it cannot be.
	Stop() error
}

// What a driver may return, wrapped with its name.
var (
	ErrRunning = errors.New("runs already, and its time cannot be changed")
	ErrNoStop  = errors.New("cannot be stopped once it runs")
)

// RangeError is a time that a device cannot do, and which it can.
type RangeError struct{ Least, Most time.Duration }

func (e RangeError) Error() string { return fmt.Sprintf("can wait from %v to %v", e.Least, e.Most) }

// FeedEvery is how often the feeder's task is woken. A device that bites in less than three
// times that would bite a kernel that is only slow.
const (
	FeedEvery = time.Second
	Least     = 3 * FeedEvery
)

// Feeder feeds one device. The zero value has none. It is one executor's, of thread
// level.
type Feeder struct {
	dog     Dog
	timeout time.Duration // 0: off
	fed     uint64
	lastNS  int64
}

// Start starts the device at nowNS, a time of platform.Now. The error is that of the device, or a
// RangeError for a time in which the task could not feed it; then nothing has changed.
func (s *Feeder) Start(dog Dog, timeout time.Duration, nowNS int64) error {
	if s.timeout != 0 {
		return ErrRunning
	}
	if timeout < Least {
		return RangeError{Least, math.MaxInt64}
	}
	actual, err := dog.Start(timeout)
	if err != nil {
		return err
	}
	s.dog, s.timeout, s.lastNS, s.fed = dog, actual, nowNS, 0
	return nil
}

// Feed is what the feeder's task does each time that it is woken.
func (s *Feeder) Feed(nowNS int64) {
	if s.timeout == 0 {
		return
	}
	s.dog.Feed()
	s.fed++
	s.lastNS = nowNS
}

// Stop stops the device, if it can be.
func (s *Feeder) Stop() error {
	if s.timeout == 0 {
		return nil
	}
	if err := s.dog.Stop(); err != nil {
		return err
	}
	s.timeout = 0
	return nil
}

// Stat returns the time of the device, 0 if it is off, how often it was fed, and when last.
func (s *Feeder) Stat() (timeout time.Duration, fed uint64, lastNS int64) {
	return s.timeout, s.fed, s.lastNS
}
