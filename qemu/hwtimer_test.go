package qemu

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// Hardware timers beside the system timer. Time is instructions, so that what a slow host
// does is not counted: events come when they are due and not before, and those that their
// task was too busy for are missed, and counted.
func TestHardwareTimers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		machine Machine
		timer   string
	}{{Q35, "hpet"}, {EVK, "gpt"}, {EVK, "epit"}} {
		t.Run(c.timer, func(t *testing.T) {
			t.Parallel()
			const (
				ms, count = 10, 20
				busyMS    = 45 // at the first event: four more pass, and are one
				most      = time.Millisecond
			)
			vm := boot(t, c.machine.With("-icount", "shift=0,sleep=off"))
			run := func(ms, count, busyMS int) (elapsed time.Duration, missed, interrupts int) {
				t.Helper()
				before := vm.irqs()[c.timer]
				vm.send(fmt.Sprint("timer ", c.timer, " ", ms, " ", count, " ", busyMS))
				g := vm.wait(fmt.Sprintf(`\n%s: %d events of %dms in (\S+), (\d+) missed\r\n`, c.timer, count, ms)+prompt, timeout)
				elapsed, err := time.ParseDuration(g[1])
				if err != nil {
					t.Fatal(err)
				}
				missed, _ = strconv.Atoi(g[2])
				return elapsed, missed, vm.irqs()[c.timer] - before
			}
			want := ms * count * time.Millisecond
			if elapsed, missed, n := run(ms, count, 0); elapsed < want || elapsed > want+most || missed != 0 || n != count {
				t.Errorf("%v, %d missed, %d interrupts; want %v, 0, %d", elapsed, missed, n, want, count)
			}
			if elapsed, missed, n := run(ms, count, busyMS); elapsed < want || elapsed > want+most || missed != busyMS/ms-1 || n != count {
				t.Errorf("%v, %d missed, %d interrupts; want %v, %d, %d", elapsed, missed, n, want, busyMS/ms-1, count)
			}
			if elapsed, _, n := run(250, 1, 0); elapsed < 250*time.Millisecond || elapsed > 250*time.Millisecond+most || n != 1 {
				t.Errorf("once: %v, %d interrupts", elapsed, n)
			}
		})
	}
}

// Bad input, and a machine that has no such timer, get one line.
func TestTimerRefuses(t *testing.T) {
	t.Parallel()
	c := boot(t, MicroVM)
	for args, want := range map[string]string{
		"":             "timer wants the name of a timer, a time in ms from 1 to 60000, and a number of events from 1 to 1000000, not \"\"\n",
		"hpet 0 1":     "timer wants the name of a timer, a time in ms from 1 to 60000, and a number of events from 1 to 1000000, not \"hpet 0 1\"\n",
		"hpet 1 1 1 1": "timer wants the name of a timer, a time in ms from 1 to 60000, and a number of events from 1 to 1000000, not \"hpet 1 1 1 1\"\n",
		"sundial 1 1":  "no timer \"sundial\" here: there is hpet\n",
		"hpet 1 1":     "hpet: no device at 0xfed00000: its capabilities (0x000) read 0x0\n",
	} {
		if got := c.run("timer " + args); got != want {
			t.Errorf("timer %s: %q", args, got)
		}
	}
}
