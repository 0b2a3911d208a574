package edu

import (
	"github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Device is an edu device with a straight-line driver. The first fields are set before the
// driver starts; it must not be copied.
type Device struct {
	Name string
	Base uintptr // address of the first register
	Line uint32  // level-triggered

	turn     tasksync.Semaphore // one user at a time
	last     uint32             // number of the last request; for who has the turn
	requests tasksync.Signal[request]
	answers  tasksync.Signal[answer]
	wait     tasksync.Wait // the driver's, for requests
}

type (
	request struct{ number, n uint32 }
	answer  struct{ number, result uint32 }
)

// Init makes the device ready for users. Once, before the driver's first start.
func (d *Device) Init() { d.turn.Add(1) }

// Serve is the driver: the body of a task. It returns only with an error, a [drivers.Error];
// then, or when it is cancelled, the line is masked. It can be started again.
func (d *Device) Serve(c *coro.Ctx) error {
	if err := begin(d.Name, d.Base); err != nil {
		return err
	}
	if err := irq.Register(d.Line, d.Name, irq.Level, c.Waker()); err != nil {
		return err
	}
	defer irq.Unregister(d.Line)
	for {
		var r request
		c.Sync(&d.wait, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return d.requests.Wait(cx, w, &r) })
		mmio.Write32(d.Base+fact, r.n)
		if c.Within(timeoutNS, d.computed) != nil {
			return late(d.Name, d.Base)
		}
		d.answers.Set(answer{r.number, mmio.Read32(d.Base + fact)})
	}
}

// computed is polled until it is Ready: at first, and each time that the line has interrupted.
func (d *Device) computed(*task.Context) task.Poll {
	pending := mmio.Read32(d.Base + intStatus)
	mmio.Write32(d.Base+intAck, pending)
	irq.Unmask(d.Line) // only now: it is asserted until the device is acknowledged
	if pending&intFactorial == 0 {
		return task.Pending
	}
	return task.Ready
}

// User is a task's use of a device that a supervisor keeps running. It must not be copied.
type User struct {
	Device *Device
	Life   supervisor.User

	turn, answer tasksync.Wait
}

// Factorial returns n!, modulo 2^32. It waits for its turn, and then as long as the driver
// lives; it does not allocate unless there is an error. The answer for a user that was
// cancelled is dropped.
func (u *User) Factorial(c *coro.Ctx, n uint32) (uint32, error) {
	d := u.Device
	defer u.turn.Cancel() // gives the turn to the next
	defer u.answer.Cancel()
	c.Sync(&u.turn, func(cx *task.Context, w *tasksync.Wait) tasksync.Result { return d.turn.Acquire(cx, w, 1) })
	d.last++
	r, a, sent := request{d.last, n}, answer{}, false
	err := u.Life.Await(c, func(cx *task.Context) task.Poll {
		if !sent {
			sent = true
			d.requests.Set(r)
		}
		for d.answers.Wait(cx, &u.answer, &a) == tasksync.Ready {
			if a.number == r.number {
				return task.Ready
			}
		}
		return task.Pending
	})
	return a.result, err
}
