package shell

import (
	"fmt"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
)

const wdogUsage = "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing"

// wdog shows, starts, feeds and stops the watchdog, and hangs the kernel to see it bite.
func (m *Shell) wdog(_ *coro.Ctx, args string) error {
	f := strings.Fields(args)
	switch {
	case len(f) == 0:
		m.showDog()
	case f[0] == "start" && (len(f) == 2 || len(f) == 3):
		return m.startDog(f[1], f[2:])
	case args == "feed":
		kernel.Watchdog().Feed(platform.Now())
		m.showDog()
	case args == "stop":
		if err := kernel.Watchdog().Stop(); err != nil {
			return err
		}
		m.showDog()
	case args == "hang masked" || args == "hang thread":
		m.Printf("hanging\n")
		m.drain()
		hang(f[1] == "masked")
	default:
		return fmt.Errorf("%s, not %q", wdogUsage, args)
	}
	return nil
}

// hang never returns: with interrupts masked, or in the executor of the thread tasks.
func hang(masked bool) {
	if masked {
		platform.MaskInterrupts()
	}
	//lint:ignore SA5002 this is what is asked for
	for {
	}
}

func (m *Shell) showDog() {
	timeout, fed, last := kernel.Watchdog().Stat()
	if timeout != 0 {
		m.Printf("watchdog: bites after %v, fed %d times, last %v ago\n",
			timeout, fed, time.Duration(platform.Now()-last).Truncate(time.Millisecond))
		return
	}
	m.Printf("watchdog: off; there is")
	dogs, bitten := kernel.Watchdogs()
	for _, d := range dogs {
		m.Printf(" %s", d.Name)
		if d.Hidden {
			m.Printf(" (perhaps)")
		}
	}
	if bitten {
		m.Printf("; it has ended the run before this")
	}
	m.Printf("\n")
}

func (m *Shell) startDog(seconds string, name []string) error {
	ns, err := console.Seconds(seconds, 1e6)
	if err != nil {
		return fmt.Errorf("wdog start %w", err)
	}
	dogs, _ := kernel.Watchdogs()
	for _, d := range dogs {
		if len(name) == 0 && d.Hidden || len(name) == 1 && name[0] != d.Name {
			continue
		}
		if err := kernel.StartWatchdog(d.Dog, time.Duration(ns)); err != nil {
			return fmt.Errorf("wdog: %w", err)
		}
		m.showDog()
		return nil
	}
	m.Printf("wdog: there is no such watchdog, or none that can be found: name one of")
	for _, d := range dogs {
		m.Printf(" %s", d.Name)
	}
	m.Printf("\n")
	return nil
}
