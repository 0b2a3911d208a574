package qemu

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// dates reads what the date command prints: the clock's and the runtime's.
func dates(t *testing.T, text string) (clock, runtime time.Time) {
	t.Helper()
	g := regexp.MustCompile(`^\n?(\S+ \S+) UTC; the runtime's is (\S+ \S+)\n$`).FindStringSubmatch(text)
	if g == nil {
		t.Fatalf("date: %q", text)
	}
	for i, at := range []*time.Time{&clock, &runtime} {
		var err error
		if *at, err = time.Parse(time.DateTime, g[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return clock, runtime
}

// The date is that which QEMU was started with, and that which it is set to; the runtime
// has it from the clock, and a second begins for both at once after a sync. The clock goes
// with the machine's instructions, so no host is too slow.
func TestDate(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, MicroVM} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			c := boot(t, m.With("-rtc", "base=2028-02-28T23:59:40,clock=vm", "-icount", "shift=0,sleep=off"))
			start := time.Date(2028, 2, 28, 23, 59, 40, 0, time.UTC)
			const most = 10 * time.Minute // of the guest, which does not wait for us
			clock, runtime := dates(t, c.run("date"))
			if d := clock.Sub(start); d < 0 || d > most {
				t.Errorf("started with %v, is %v", start, clock)
			}
			if d := runtime.Sub(clock); d < -time.Second || d > time.Second {
				t.Errorf("the clock says %v, the runtime %v", clock, runtime)
			}
			set := time.Date(2031, 12, 31, 23, 59, 59, 0, time.UTC)
			if clock, runtime = dates(t, c.run("date 2031-12-31 23:59:59")); !clock.Equal(set) || !runtime.Equal(set) {
				t.Errorf("set to %v, is %v and %v", set, clock, runtime)
			}
			before := c.irqs()["clock"]
			if clock, runtime = dates(t, c.run("date sync")); !clock.Equal(runtime) || clock.Before(set) || clock.Sub(set) > most {
				t.Errorf("after a sync: %v and %v", clock, runtime)
			}
			if n := c.irqs()["clock"] - before; n != 1 {
				t.Errorf("%d interrupts of the clock for a sync", n)
			}
		})
	}
}

// Bad input gets one line, and changes nothing.
func TestDateRefuses(t *testing.T) {
	t.Parallel()
	c := boot(t, Q35)
	for _, args := range []string{"tomorrow", "2027-13-01 00:00:00", "2027-02-29 00:00:00", "2027-02-28", "2027-02-28 25:00:00", "sync now"} {
		if got := c.run("date " + args); !strings.HasPrefix(got, "date wants a date in UTC as in ") || strings.Count(got, "\n") != 1 {
			t.Errorf("date %s: %q", args, got)
		}
	}
	before, _ := dates(t, c.run("date"))
	for _, day := range []string{"1800-01-01", "1969-12-31", "2262-01-01", "2262-04-12", "9999-12-31"} {
		if got := c.run("date " + day + " 00:00:00"); got != "date: "+day+" is not from 1970-01-01 to 2261-12-31\n" {
			t.Errorf("%s: %q", day, got)
		}
	}
	// Both clocks go on from where they were.
	clock, runtime := dates(t, c.run("date"))
	if clock.Before(before) || clock.Sub(before) > time.Hour || runtime.Sub(clock).Abs() > time.Minute {
		t.Errorf("before %v, now %v and %v", before, clock, runtime)
	}
	for _, day := range []string{"1970-01-01", "2261-12-31"} {
		if clock, runtime := dates(t, c.run("date "+day+" 00:00:00")); clock.Format(time.DateOnly) != day || runtime.Format(time.DateOnly) != day {
			t.Errorf("%s: %v and %v", day, clock, runtime)
		}
	}
}

// The clock of i.MX chips in QEMU 7.2 has registers that hold nothing. What can be shown is
// that this is an error, and not a wait.
func TestDateWithoutClock(t *testing.T) {
	t.Parallel()
	c := boot(t, EVK)
	for command, want := range map[string]string{
		"date":                     "snvs: the clock does not run (LPCR, SRTC_ENV): the date must be set\n",
		"date 2031-12-31 23:59:59": "snvs: LPCR (0x38) does not take SRTC_ENV = 1\n",
		"date sync":                "this machine's clock does not tell when a second begins\n",
	} {
		if got := c.run(command); got != want {
			t.Errorf("%s: %q", command, got)
		}
	}
}
