//go:build tamago

package shell

import (
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/platform"
)

const wdogUsage = "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing"

// wdog shows, starts, feeds and stops the watchdog, and hangs the kernel to see it bite.
func (m *Shell) wdog(args string) {
	f := strings.Fields(args)
	switch {
	case len(f) == 0:
		m.showDog()
	case f[0] == "start" && (len(f) == 2 || len(f) == 3):
		m.startDog(f[1], f[2:])
	case args == "feed":
		kernel.Watchdog().Feed(platform.Now())
		m.showDog()
	case args == "stop":
		if err := kernel.Watchdog().Stop(); err != nil {
			m.printf("%v\n", err)
			return
		}
		m.showDog()
	case args == "hang masked" || args == "hang thread":
		m.printf("hanging\n")
		m.leave = func() { hang(f[1] == "masked") }
	default:
		m.printf("%s, not %q\n", wdogUsage, args)
	}
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
		m.printf("watchdog: bites after %v, fed %d times, last %v ago\n",
			timeout, fed, time.Duration(platform.Now()-last).Truncate(time.Millisecond))
		return
	}
	m.printf("watchdog: off; there is")
	dogs, bitten := kernel.Watchdogs()
	for _, d := range dogs {
		m.printf(" %s", d.Name)
		if d.Hidden {
			m.printf(" (perhaps)")
		}
	}
	if bitten {
		m.printf("; it has ended the run before this")
	}
	m.printf("\n")
}

func (m *Shell) startDog(seconds string, name []string) {
	ns, err := console.Seconds(seconds, 1e6)
	if err != nil {
		m.printf("wdog start %v\n", err)
		return
	}
	dogs, _ := kernel.Watchdogs()
	for _, d := range dogs {
		if len(name) == 0 && d.Hidden || len(name) == 1 && name[0] != d.Name {
			continue
		}
		if err := kernel.StartWatchdog(d.Dog, time.Duration(ns)); err != nil {
			m.printf("wdog: %v\n", err)
			return
		}
		m.showDog()
		return
	}
	m.printf("wdog: there is no such watchdog, or none that can be found: name one of")
	for _, d := range dogs {
		m.printf(" %s", d.Name)
	}
	m.printf("\n")
}
