package qemu

import (
	"strings"
	"testing"
	"time"
)

// The power-down counters of all three watchdogs would switch the board off 16 seconds after
// it was started (IMX6ULLRM 59.5.3): bit 0 of WMCR, which is set at reset.
func TestPowerDownCounters(t *testing.T) {
	t.Parallel()
	registers := []string{"readw 0x020bc008", "readw 0x020c0008", "readw 0x021e4008"}
	for _, m := range []Machine{EVK, USBArmory} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			q, args := newQtest(t)
			c := console{Start(t, m.With(append(args, "-S")...)), t}
			q.accept(t)
			for _, r := range registers {
				if v := q.read(t, r); v&1 != 1 {
					t.Fatalf("%s: %#x at reset: nothing to be cleared", r, v)
				}
			}
			if _, err := c.QMP("cont", nil); err != nil {
				t.Fatal(err)
			}
			c.wait(prompt, bootTimeout)
			for _, r := range registers {
				if v := q.read(t, r); v&1 != 0 {
					t.Errorf("%s: %#x: the counter runs", r, v)
				}
			}
		})
	}
}

const (
	gpio4Data = "readl 0x020a8000"
	white     = 1 << 21 // a low pin is a lit light
	blue      = 1 << 22
)

// The white light blinks while thread level is alive, whether or not a goroutine keeps the
// collector busy, and does what led says.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	q, args := newQtest(t)
	c := boot(t, USBArmory.With(args...))
	q.accept(t)
	if v := q.read(t, "readl 0x020a8004"); v&(white|blue) != white|blue {
		t.Fatalf("directions %#x: the lights are no outputs", v)
	}
	changes := func(n int) {
		t.Helper()
		deadline := time.Now().Add(timeout)
		for last := q.read(t, gpio4Data) & white; n > 0; {
			if v := q.read(t, gpio4Data); v&white != last {
				last = v & white
				n--
			} else if v&blue == 0 {
				t.Fatal("blue is lit")
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d changes are missing", n)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	changes(3)
	c.run("load on")
	changes(3)
	for _, x := range []struct {
		command    string
		mask, want uint64
	}{{"led white on", white, 0}, {"led white off", white, white}, {"led blue on", blue, 0}, {"led blue off", blue, blue}} {
		if out := c.run(x.command); out != "" {
			t.Errorf("%s: %s", x.command, out)
		}
		if v := q.read(t, gpio4Data) & x.mask; v != x.want {
			t.Errorf("%s: pins %#x, want %#x", x.command, v, x.want)
		}
	}
	c.run("led white beat")
	changes(2)
	for _, args := range []string{"", "white", "green on", "white maybe", "blue beat", "white on on"} {
		if got := c.run("led " + args); !strings.HasPrefix(got, "led wants white on|off|beat") || strings.Count(got, "\n") != 1 {
			t.Errorf("led %s: %q", args, got)
		}
	}
}

// A crash lights the blue light and puts the white one out. The
// machine is stopped where it would restart, so that the pins can be looked at.
func TestFaultLight(t *testing.T) {
	t.Parallel()
	q, args := newQtest(t)
	m := USBArmory.With(append(args, "-no-reboot", "-no-shutdown")...)
	for i, a := range m.Args {
		if a == "-semihosting" { // with it the emulator would end at once
			m.Args = append(m.Args[:i:i], m.Args[i+1:]...)
			break
		}
	}
	c := boot(t, m)
	q.accept(t)
	c.send("crash")
	c.wait(`goroutine \d+`, timeout)
	if _, err := c.Event("SHUTDOWN", timeout); err != nil {
		t.Fatal(err)
	}
	if v := q.read(t, gpio4Data); v&blue != 0 || v&white == 0 {
		t.Errorf("pins %#x after a crash: blue should be lit, and white not", v)
	}
}

// What QEMU does not have is said in one line, and nothing hangs.
func TestTempEmulated(t *testing.T) {
	t.Parallel()
	c := boot(t, USBArmory)
	if got := c.run("temp"); got != "temp: this machine is emulated, and has none\n" {
		t.Errorf("%q", got)
	}
}
