package qemu

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Each watchdog, and what to type to start it.
var watchdogs = []struct {
	name    string
	machine Machine
	start   string
	stops   bool
	tells   bool // that it has ended the run before
}{
	{"i6300esb", Q35.With("-device", "i6300esb"), "wdog start 4", true, true},
	{"ib700", Q35.With("-device", "ib700"), "wdog start 4 ib700", true, false},
	{"ib700 on microvm", MicroVM.With("-device", "ib700"), "wdog start 4 ib700", true, false},
	{"wdog1", EVK, "wdog start 4", false, false},
}

// A kernel that hangs, in a way that no part of it could notice, is restarted. Time is the guest's
// instructions, so that one which waits for what is typed is fed in time on every host.
func TestWatchdogBites(t *testing.T) {
	t.Parallel()
	for _, w := range watchdogs {
		for _, how := range []string{"masked", "thread"} {
			t.Run(w.name+", "+how, func(t *testing.T) {
				t.Parallel()
				c := boot(t, w.machine.With("-action", "watchdog=reset", "-icount", "shift=5,sleep=off"))
				if got := c.run(w.start); !strings.HasPrefix(got, "watchdog: bites after 4") {
					t.Fatalf("%q", got)
				}
				c.send("wdog hang " + how)
				c.wait(`hanging\r\n`, timeout)
				if data, err := c.Event("WATCHDOG", timeout); err != nil || !strings.Contains(data, "reset") {
					t.Fatalf("%s, %v", data, err)
				}
				c.wait(prompt, bootTimeout)
				got := c.run("wdog")
				if !strings.HasPrefix(got, "watchdog: off") || strings.Contains(got, "it has ended the run before") != w.tells {
					t.Errorf("after the bite: %q", got)
				}
			})
		}
	}
}

// A kernel that is busy, and fed only by its supervisor, is not. Time is the guest's
// instructions, 32 ns each, so that no host is too slow.
func TestWatchdogSparesTheLiving(t *testing.T) {
	t.Parallel()
	for _, w := range watchdogs {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			c := boot(t, w.machine.With("-action", "watchdog=shutdown", "-icount", "shift=5,sleep=off"))
			c.run("load on")
			if got := c.run(w.start); !strings.HasPrefix(got, "watchdog: bites after 4") {
				t.Fatalf("%q", got)
			}
			for fed := 0; fed < 6; { // seconds, of which it waits for four
				c.run("print 20000")
				g := regexp.MustCompile(`bites after \S+, fed (\d+) times`).FindStringSubmatch(c.run("wdog"))
				if g == nil {
					t.Fatal("it does not run any more")
				}
				fed, _ = strconv.Atoi(g[1])
			}
			c.run("load off")
			got := c.run("wdog stop")
			if w.stops && !strings.HasPrefix(got, "watchdog: off") || !w.stops && got != "imxwdog: cannot be stopped once it runs\n" {
				t.Errorf("stop: %q", got)
			}
		})
	}
}

// A machine whose watchdog runs can still be restarted and switched off by itself.
func TestRebootWithWatchdog(t *testing.T) {
	t.Parallel()
	c := boot(t, EVK.With("-action", "watchdog=reset"))
	c.run("wdog start 100")
	c.send("reboot")
	c.wait(prompt, bootTimeout)
	c.run("wdog start 100")
	c.send("halt")
	c.exit(0)
}

// Bad input gets one line.
func TestWatchdogRefuses(t *testing.T) {
	t.Parallel()
	c := boot(t, Q35)
	for args, want := range map[string]string{
		"bark":            "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing, not \"bark\"\n",
		"hang":            "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing, not \"hang\"\n",
		"start soon":      "wdog start wants a number of seconds, not \"soon\"\n",
		"start nan":       "wdog start wants a number of seconds, not \"nan\"\n",
		"start inf":       "wdog start wants a number of seconds, not \"inf\"\n",
		"feed now":        "wdog wants start SECONDS [NAME], feed, stop, hang masked|thread, or nothing, not \"feed now\"\n",
		"start -3":        "wdog start wants a number of seconds, not \"-3\"\n",
		"start 10":        "wdog: there is no such watchdog, or none that can be found: name one of ib700\n",
		"start 10 rover":  "wdog: there is no such watchdog, or none that can be found: name one of ib700\n",
		"start 1 ib700":   "wdog: can wait from 3s to 2562047h47m16.854775807s\n",
		"start 100 ib700": "wdog: ib700: can wait from 2s to 30s\n",
		"stop":            "watchdog: off; there is ib700 (perhaps)\n",
	} {
		if got := c.run("wdog " + args); got != want {
			t.Errorf("wdog %s: %q", args, got)
		}
	}
}

// A device without an interrupt does not keep those that are found after it from being driven.
func TestDeviceWithoutLine(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(name, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	c := boot(t, Q35.With("-device", "i6300esb", "-drive", "if=none,id=d,format=raw,file="+name, "-device", "virtio-blk-pci,drive=d", "-device", "virtio-rng-pci"))
	if got := c.run("disk"); !strings.Contains(got, "vda ") {
		t.Errorf("%q", got)
	}
	if got := c.run("rng 4"); !regexp.MustCompile(`^[0-9a-f]{8}\n$`).MatchString(got) {
		t.Errorf("%q", got)
	}
	c.send("halt")
	c.exit(0)
}
