package edu

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Realtime is an edu device with a real-time driver. The first fields are
// set before Start. It is a package variable: a real-time task reaches nothing else.
type Realtime struct {
	Name string
	Base uintptr // address of the first register
	Line uint32  // level-triggered

	turn    tasksync.Semaphore // one user at a time
	busy    bool               // with a number whose factorial was not taken; for the user whose turn it is
	answers tasksync.Signal[uint32]
}

// Start connects the line to the driver's task, and then lets the device interrupt. Thread
// level, once. The error is a [drivers.Error], or that of [irq.Register].
func (d *Realtime) Start(w task.Waker) error {
	if err := irq.Register(d.Line, d.Name, irq.Level, w); err != nil {
		return err
	}
	if err := begin(d.Name, d.Base); err != nil {
		return err
	}
	irq.Unmask(d.Line)
	d.turn.Add(1)
	return nil
}

// Poll is the driver. It does what has to be done at once, and hands the rest to thread level.
// It never completes. If it is cancelled its line stays masked.
//
//tamagotake:realtime
func (d *Realtime) Poll(*task.Context) task.Poll {
	pending := mmio.Read32(d.Base + intStatus)
	mmio.Write32(d.Base+intAck, pending)
	if pending&intFactorial != 0 {
		d.answers.Set(mmio.Read32(d.Base + fact))
	}
	irq.Unmask(d.Line) // only now: it is asserted until the device is acknowledged
	return task.Pending
}

// RealtimeUser is a task's use of a device. It must not be copied.
type RealtimeUser struct {
	Device *Realtime

	turn, answer tasksync.Wait
}

// Factorial returns n!, modulo 2^32, or a [drivers.Error]. It does not allocate unless there
// is one. What a user that was cancelled has begun is awaited first.
func (u *RealtimeUser) Factorial(c *coro.Ctx, n uint32) (result uint32, err error) {
	d := u.Device
	defer u.turn.Cancel() // gives the turn to the next
	c.Sync(&u.turn, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return d.turn.Acquire(cx, w, 1) })
	if d.busy {
		if _, err := u.take(c); err != nil {
			return 0, err
		}
	}
	d.busy = true
	mmio.Write32(d.Base+fact, n)
	return u.take(c)
}

// take awaits the device's answer.
func (u *RealtimeUser) take(c *coro.Ctx) (result uint32, err error) {
	d := u.Device
	defer u.answer.Cancel()
	if c.Within(timeoutNS, func(cx *task.Context) task.Poll {
		if d.answers.Wait(cx, &u.answer, &result) == tasksync.Pending {
			return task.Pending
		}
		return task.Ready
	}) != nil {
		return 0, late(d.Name, d.Base)
	}
	d.busy = false
	return result, nil
}
