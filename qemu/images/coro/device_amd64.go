//go:build tamago

package main

import (
	"errors"

	"github.com/tamagotake/tamagotake/drivers/edu"
	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// device: the driver guide's example, in both styles, against QEMU's device.
func device() {
	base, n, err := findEdu()
	if err != nil {
		check.Report(false, "the edu device: %v", err)
		return
	}
	fast.Base, fast.Line = base, n
	straightLine(&edu.Device{Name: "edu0", Base: base, Line: n})
	realtime()
}

func findEdu() (base uintptr, n uint32, err error) {
	for d := range pci.Scan {
		if d.Vendor != 0x1234 || d.ID != 0x11e8 {
			continue
		}
		d.Size()
		d.Enable()
		n, ok := amd64.PCILine(pci.Pin(d))
		if !ok {
			return 0, 0, errors.New("it has no line")
		}
		base, err = d.Range(0, 0, edu.Size)
		return base, n, err
	}
	return 0, 0, errors.New("it is not there")
}

type asker interface {
	Factorial(c *coro.Ctx, n uint32) (uint32, error)
}

const asked = 200

// ask asks many times and says how often the answer was right.
func ask(c *coro.Ctx, u asker) (right int, err error) {
	for n := range uint32(asked) {
		want := uint32(1)
		for i := range n % 13 {
			want *= i + 1
		}
		got, err := u.Factorial(c, n%13)
		if err != nil {
			return right, err
		}
		if got == want {
			right++
		}
	}
	return right, nil
}

func straightLine(d *edu.Device) {
	d.Init()
	driver := new(place)
	s := &supervisor.Supervisor[error]{Start: func(*coro.Ctx) (task.JoinHandle[error], error) {
		return sched.Spawn(&executor, driver, task.Named(d.Name), coro.Func(d.Serve))
	}}
	s.Name = d.Name
	j, err := sched.Spawn(&executor, new(place), task.Named("supervisor"), coro.Func(s.Run))
	if err != nil {
		check.Report(false, "%v", err)
		return
	}
	right := 0
	err = run("user", func(c *coro.Ctx) (err error) {
		c.Yield() // the driver is up by then
		c.Yield()
		right, err = ask(c, &edu.User{Device: d, Life: supervisor.User{Status: &s.Status}})
		j.Cancel()
		_, ended := coro.Join(c, j)
		if ended != task.ErrCancelled {
			return errors.Join(err, ended)
		}
		return err
	})
	check.Report(err == nil && right == asked, "coro-line driver of the edu device: %d answers of %d, %+v, %v", right, asked, s.Stat(), err)
}

var (
	fast     = edu.Realtime{Name: "edu0"}
	fastTask task.Task[task.None]
)

func realtime() {
	j, err := sched.SpawnMethod(&sched.Normal, &fastTask, task.Named(fast.Name), &fast, (*edu.Realtime).Poll)
	if err == nil {
		err = fast.Start(j.Waker())
	}
	right := 0
	if err == nil {
		err = run("user", func(c *coro.Ctx) (err error) {
			right, err = ask(c, &edu.RealtimeUser{Device: &fast})
			return err
		})
	}
	check.Report(err == nil && right == asked, "real-time driver of the edu device: %d answers of %d, %v", right, asked, err)
}
