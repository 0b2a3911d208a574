// Package watchdog is what every watchdog shares: the task that feeds it, and what a
// driver says.
//
//	the timer's task --once a second--> supervisor, thread level --Feed--> device
//
// Between the timer's interrupt and Feed is all that the kernel lives by: interrupts, the
// real-time executor, the Go scheduler and an executor at thread level. If one of them
// stands still, nobody feeds, and the device restarts the machine. A driver that feeds from
// an interrupt, or from a real-time task, would be fed by a kernel of which only that is
// left.
package watchdog

import (
	"errors"
	"fmt"
	"time"
)

// Dog is a watchdog device. Thread level.
type Dog interface {
	// Start makes the device restart the machine when it has not been fed for a time, at
	// least that which is asked for; it returns the time that it has come to. The error
	// may be ErrRunning, a RangeError, or that the device does not take it.
	Start(timeoutNS int64) (actualNS int64, err error)
	// Feed begins the time anew.
	Feed()
	// Stop turns it off, if it can be; ErrNoStop if not.
	Stop() error
}

// What a driver may say.
var (
	ErrRunning = errors.New("runs already, and its time cannot be changed")
	ErrNoStop  = errors.New("cannot be stopped once it runs")
)

// RangeError is a time that a device cannot do.
type RangeError struct{ LeastNS, MostNS int64 }

func (e RangeError) Error() string {
	return fmt.Sprintf("can wait from %v to %v", time.Duration(e.LeastNS), time.Duration(e.MostNS))
}

// FeedNS is how often the supervisor is to be woken. A device that bites in less than three
// times that would bite a kernel that is only slow.
const (
	FeedNS  = 1e9
	LeastNS = 3 * FeedNS
)

// Feeder feeds one device. The zero value has none. It is one executor's, of thread
// level.
type Feeder struct {
	dog       Dog
	timeoutNS int64 // 0: off
	fed       uint64
	lastNS    int64
}

// Start starts the device. The error is that of the device, or a RangeError for a time in
// which the supervisor could not feed it; then nothing has changed.
func (s *Feeder) Start(dog Dog, timeoutNS, nowNS int64) error {
	if s.timeoutNS != 0 {
		return ErrRunning
	}
	if timeoutNS < LeastNS {
		return RangeError{LeastNS, 1<<63 - 1}
	}
	actual, err := dog.Start(timeoutNS)
	if err != nil {
		return err
	}
	s.dog, s.timeoutNS, s.lastNS, s.fed = dog, actual, nowNS, 0
	return nil
}

// Feed is what the task of the supervisor does each time that it is woken.
func (s *Feeder) Feed(nowNS int64) {
	if s.timeoutNS == 0 {
		return
	}
	s.dog.Feed()
	s.fed++
	s.lastNS = nowNS
}

// Stop stops the device, if it can be.
func (s *Feeder) Stop() error {
	if s.timeoutNS == 0 {
		return nil
	}
	if err := s.dog.Stop(); err != nil {
		return err
	}
	s.timeoutNS = 0
	return nil
}

// Stat returns the time of the device, 0 if it is off, how often it was fed, and when last.
func (s *Feeder) Stat() (timeoutNS int64, fed uint64, lastNS int64) {
	return s.timeoutNS, s.fed, s.lastNS
}
