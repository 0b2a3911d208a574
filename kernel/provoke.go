package kernel

import (
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// Fault is what [Provoke] has a task do.
type Fault uint32

const (
	FaultOnce   Fault = 1 + iota // dereference nil
	FaultBudget                  // never return
	FaultAlways                  // dereference nil, in each of its lives
)

// Provoke has a task that the kernel cannot live without, timer or uart, do that in its next
// poll, to see that it is started again. It reports whether there is such a task. Thread level.
func Provoke(task string, f Fault) bool {
	switch task {
	case "timer":
		provokedTimer.what.Store(uint32(f))
		platform.SetAlarm(platform.Now())
	case "uart":
		provokedUART.what.Store(uint32(f))
	default:
		return false
	}
	return true
}

// A Provoked task calls Do in its poll.
type Provoked struct{ what atomic.Uint32 }

// Set has the next call of Do do that; 0 for nothing.
func (p *Provoked) Set(f Fault) { p.what.Store(uint32(f)) }

// Do does what was asked for. Any level.
//
//go:nosplit
func (p *Provoked) Do() {
	what := Fault(p.what.Load())
	if what == 0 {
		return
	}
	if what != FaultAlways {
		p.what.Store(0)
	}
	if what != FaultBudget {
		*nowhere = 1
	}
	for platform.Now() != 0 {
	}
}

var nowhere *int

var provokedTimer, provokedUART Provoked
