//go:build tamago

package shell

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tamagotake/tamagotake/drivers/gpio"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The pins. A bank's two tasks are started when one of its pins is first asked for.
var (
	gpioBanks   [arm.GPIOBanks]gpio.Bank
	gpioTasks   [arm.GPIOBanks]task.Task[task.None]
	gpioRefills [arm.GPIOBanks]task.Task[task.None]
)

// gpioPin returns a pin, whose bank works from then on.
func gpioPin(bank, n int) (gpio.Pin, error) {
	b := &gpioBanks[bank-1]
	if b.Number() == 0 {
		base, lines := arm.GPIO(bank)
		b.Init(bank, base, lines)
		name := [...]string{"gpio1", "gpio2", "gpio3", "gpio4", "gpio5"}[bank-1]
		poll := kernel.SpawnMethod(&sched.Normal, &gpioTasks[bank-1], name, b, (*gpio.Bank).Poll)
		if err := b.Start(poll, kernel.SpawnMethod(kernel.Executor(), &gpioRefills[bank-1], name+"-refill", b, (*gpio.Bank).Refill)); err != nil {
			return gpio.Pin{}, err
		}
	}
	return b.Pin(n)
}

func init() { watchers.Init(make([]task.Task[task.None], watchersMax)) }

const gpioUsage = "gpio wants nothing, read PIN, write PIN 0|1, watch PIN rising|falling|both, or unwatch PIN; not %q"

func (m *Shell) gpio(_ *coro.Ctx, args string) error {
	f := strings.Fields(args)
	if len(f) == 0 {
		m.gpioList()
		return nil
	}
	want := map[string]int{"read": 2, "write": 3, "watch": 3, "unwatch": 2}[f[0]]
	if len(f) != want {
		return fmt.Errorf(gpioUsage, args)
	}
	bank, n, err := gpio.Parse(f[1])
	if err != nil {
		return fmt.Errorf("gpio: %w", err)
	}
	pin, err := gpioPin(bank, n)
	if err != nil {
		return fmt.Errorf("gpio: %w", err)
	}
	switch f[0] {
	case "read":
		m.gpioRead(pin)
	case "write":
		return m.gpioWrite(pin, f[2])
	case "watch":
		return m.gpioWatch(pin, f[2])
	case "unwatch":
		pin.Release()
	}
	return nil
}

func (m *Shell) gpioList() {
	m.Printf("%-9s %-7s %-5s %-8s %8s %8s\n", "pin", "", "level", "watched", "events", "storms")
	for i := range gpioBanks {
		for n := 0; gpioBanks[i].Number() != 0 && n < gpio.Pins; n++ {
			pin, _ := gpioBanks[i].Pin(n)
			s := pin.Stat()
			if output, _ := pin.IsOutput(); output || s.Trigger != gpio.Off {
				way, level := gpioState(pin)
				m.Printf("%-9v %-7s %-5s %-8v %8d %8d\n", pin, way, level, s.Trigger, s.Events, s.Storms)
			}
		}
	}
}

func gpioState(pin gpio.Pin) (way, level string) {
	output, high := pin.IsOutput()
	way = "output"
	if !output {
		way, high = "input", pin.High()
	}
	level = "low"
	if high {
		level = "high"
	}
	return way, level
}

func (m *Shell) gpioRead(pin gpio.Pin) {
	way, level := gpioState(pin)
	m.Printf("%v, %s: %s\n", pin, way, level)
}

func (m *Shell) gpioWrite(pin gpio.Pin, value string) error {
	if value != "0" && value != "1" {
		return fmt.Errorf("gpio write wants 0 or 1, not %q", value)
	}
	if err := pin.Output(value == "1"); err != nil {
		return fmt.Errorf("gpio: %w", err)
	}
	return nil
}

// watchers are the tasks of gpio watch.
var watchers task.Pool[task.None]

const watchersMax = 8

// gpioWatch starts a task that prints the pin's edges. The levels are not offered: as long
// as one lasts there would be no end of its events.
func (m *Shell) gpioWatch(pin gpio.Pin, trigger string) error {
	t, ok := map[string]gpio.Trigger{"rising": gpio.Rising, "falling": gpio.Falling, "both": gpio.Both}[trigger]
	if !ok {
		return fmt.Errorf("gpio watch wants rising, falling or both, not %q", trigger)
	}
	if watchers.Free() == 0 {
		return fmt.Errorf("gpio: %d pins are watched already: unwatch one", watchersMax)
	}
	l, err := pin.Listen(t)
	if err != nil {
		return fmt.Errorf("gpio: %w", err)
	}
	total := uint32(0)
	j, err := sched.SpawnIn(kernel.Executor(), &watchers, watchBuilder, func(_ *task.None, cx *task.Context) task.Poll {
		if l.Poll(cx) == task.Pending {
			return task.Pending
		}
		n, err := l.Take()
		if errors.Is(err, gpio.ErrReleased) {
			return task.Ready
		}
		total += n
		m.notice("%v: %d %v, %d in all\n", pin, n, t, total)
		cx.Waker().Wake() // to wait for the next
		return task.Pending
	})
	if err != nil {
		return fmt.Errorf("gpio: %w", err)
	}
	j.Detach()
	return nil
}

var watchBuilder = task.Named("gpio-watch")
