package shell

import (
	"errors"
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// date shows the date, or sets it.
func (m *Shell) date(c *coro.Ctx, args string) error {
	switch args {
	case "":
		return m.printDate()
	case "sync":
		return m.syncDate(c)
	}
	t, err := console.Date(args) // before the clock is set, and not the runtime
	if err != nil {
		return err
	}
	clock, _ := kernel.RealTimeClock()
	if err := clock.Set(t); err != nil {
		return err
	}
	if err := hal.SetDate(t); err != nil {
		return err
	}
	return m.printDate()
}

func (m *Shell) printDate() error {
	clock, _ := kernel.RealTimeClock()
	t, err := clock.Read()
	if err != nil {
		return err
	}
	m.Printf("%s UTC; the runtime's is %s\n", t.Format(time.DateTime), time.Now().UTC().Format(time.DateTime))
	return nil
}

// secondMost is how long a clock may take for its next second.
const secondMost = 2500 * time.Millisecond

// syncDate sets the runtime's date when the clock's next second begins.
func (m *Shell) syncDate(c *coro.Ctx) error {
	clock, seconds := kernel.RealTimeClock()
	if seconds == nil {
		return errors.New("this machine's clock does not tell when a second begins")
	}
	seconds.Updates(true)
	defer seconds.Updates(false)
	seconds.Take() // of an earlier one
	if c.Within(secondMost, seconds.Events().Poll) != nil {
		return fmt.Errorf("the clock has not told of a second in %v", secondMost)
	}
	t, err := clock.Read()
	if err != nil {
		return err
	}
	if err := hal.SetDate(t); err != nil {
		return err
	}
	return m.printDate()
}
