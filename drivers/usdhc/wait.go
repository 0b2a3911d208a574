package usdhc

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// pauser is what the driver's body awaits: its next wake, whatever for, or a time. It is a
// field, so that to wait takes nothing from the heap.
type pauser struct {
	sleep  timer.Sleep
	polled bool
}

// Poll is Pending once.
func (p *pauser) Poll(cx *task.Context) task.Poll {
	if p.polled || p.sleep.Poll(cx) == task.Ready {
		return task.Ready
	}
	p.polled = true
	return task.Pending
}

// pause waits until the task is woken: by the line, when one of the bits of signal is set in
// INT_STATUS, by a Submit, or by the deadline. The line is opened before the controller may
// use it: the other way round, what is there already would interrupt twice.
func (h *Host) pause(signal uint32, deadlineNS int64) {
	h.pauser.polled = false
	h.pauser.sleep.Until(deadlineNS)
	irq.Unmask(h.Line)
	mmio.Write32(h.Base+intSignalEn, signal)
	h.ctx.Await(&h.pauser)
	h.pauser.sleep.Stop()
	mmio.Write32(h.Base+intSignalEn, 0)
}

// sleep waits until the time has passed.
func (h *Host) sleep(ns int64) {
	for until := platform.Now() + ns; platform.Now() < until; {
		h.pause(0, until)
	}
}

// await waits until all of the wanted bits of INT_STATUS are set, clears them and returns
// nil; or an error: one of the error bits, the card's removal, or that the deadline passed.
func (h *Host) await(want uint32, withinNS int64) *failure {
	deadline := platform.Now() + withinNS
	signal := want | intErrors
	if h.Detect {
		signal |= intRemoved
	}
	for {
		// Waiting comes first: an answer takes longer than to look for it twice.
		if !h.Detect || h.inserted() {
			h.pause(signal, deadline)
		}
		status := mmio.Read32(h.Base + intStatus)
		switch {
		case h.Detect && (status&intRemoved != 0 || !h.inserted()):
			return h.fail(failRemoved, regStatus, status)
		case status&intADMA != 0:
			return h.fail(failError, regADMA, mmio.Read32(h.Base+admaErr))
		case status&intErrors&^intNoAnswer != 0:
			return h.fail(failError, regStatus, status)
		case status&intNoAnswer != 0:
			return h.fail(failSilent, regStatus, status)
		case status&want == want:
			mmio.Write32(h.Base+intStatus, want)
			return nil
		case platform.Now() >= deadline:
			return h.fail(failSilent, regStatus, status)
		}
	}
}

func (h *Host) inserted() bool { return mmio.Read32(h.Base+presState)&presInserted != 0 }

// failure is how a command ended. There is one in each Host, so that an error on the way
// to a retry costs nothing.
type failure struct {
	kind     failKind
	register uint8
	value    uint32
}

type failKind uint8

const (
	failSilent  failKind = iota // no answer, or not in time
	failError                   // the controller or the card reports an error
	failRemoved                 // the card is gone
	failStuck                   // the controller does not come out of a reset
	failStrange                 // the card sent an impossible answer
)

func (h *Host) fail(kind failKind, register uint8, value uint32) *failure {
	h.failed = failure{kind, register, value}
	return &h.failed
}
