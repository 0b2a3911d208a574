package qemu

import (
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Deadlines are for a machine that hangs, not for one that is slow: what is late is no defect on a
// host that has other work.
const (
	bootTimeout = 10 * time.Minute
	timeout     = 10 * time.Minute
	prompt      = `tamagotake> `
)

// console is a VM with a test that fails when something does not come.
type console struct {
	*VM
	t testing.TB
}

// each runs the test on every machine.
func each(t *testing.T, test func(t *testing.T, m Machine)) {
	t.Parallel()
	for _, m := range Machines {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			test(t, m)
		})
	}
}

// boot starts the machine and waits for the prompt.
func boot(t testing.TB, m Machine) console {
	t.Helper()
	c := console{Start(t, m), t}
	c.wait(prompt, bootTimeout)
	return c
}

func (c console) wait(expr string, d time.Duration) []string {
	c.t.Helper()
	groups, err := c.Wait(expr, d)
	if err != nil {
		c.t.Fatal(err)
	}
	return groups
}

// send types a line without waiting.
func (c console) send(line string) {
	c.t.Helper()
	if err := c.Type(line + "\r"); err != nil {
		c.t.Fatal(err)
	}
}

// run types a command and returns what it printed, up to the next prompt.
func (c console) run(line string) string {
	c.t.Helper()
	c.send(line)
	c.wait(`\n`, timeout) // its echo
	return strings.ReplaceAll(c.wait(`(?s)(.*?)`+prompt, timeout)[1], "\r", "")
}

// irqs returns how often each line has interrupted, by name.
func (c console) irqs() map[string]int {
	c.t.Helper()
	counts := map[string]int{}
	for _, row := range strings.Split(c.run("irqs"), "\n") {
		if f := strings.Fields(row); len(f) == 4 && f[0] != "line" {
			counts[f[1]], _ = strconv.Atoi(f[2])
		}
	}
	return counts
}

// collections returns how often the guest's garbage collector has run.
func (c console) collections() (n int) {
	c.t.Helper()
	_, text, _ := strings.Cut(c.run("mem"), "collections ")
	if _, err := fmt.Sscan(text, &n); err != nil {
		c.t.Fatalf("mem has no collections: %v", err)
	}
	return n
}

func (c console) exit(want int) {
	c.t.Helper()
	status, err := c.Exit(timeout)
	if err != nil {
		c.t.Fatal(err)
	}
	if status != want {
		c.t.Errorf("it ended with status %d, want %d", status, want)
	}
}

func TestBoot(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := console{Start(t, m), t}
		c.wait(`tamagotake, go1\.\d+\.\d+ (amd64|arm)\r\n`, bootTimeout)
		c.wait(`machine: `+m.Name+`.*\r\n`, timeout)
		c.wait(`clock: .*MHz.*\r\n`, timeout)
		c.wait(`memory: .*KiB.*\r\n`, timeout)
		c.wait(`start: +main at \d+ ns, first poll at \d+ ns`, timeout)
		c.wait(prompt, timeout)
	})
}

func TestConsole(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		before := c.irqs()["uart"]
		if got := c.run("echo  some text, and more "); got != "some text, and more\n" {
			t.Errorf("echo: %q", got)
		}
		if after := c.irqs()["uart"]; after <= before {
			t.Errorf("the uart line counted %d, then %d", before, after)
		}
		tasks := c.run("tasks")
		for _, name := range []string{"timer", "stray", "uart", "monitor"} {
			if !strings.Contains(tasks, name) {
				t.Errorf("no task %s in\n%s", name, tasks)
			}
		}
		for _, command := range []string{"help", "tasks", "irqs", "mem", "uptime", "sleep", "echo", "halt", "reboot", "fault", "print", "uart"} {
			if !strings.Contains(c.run("help"), "  "+command+" ") {
				t.Errorf("help does not know %s", command)
			}
		}
		if mem := c.run("mem"); !strings.Contains(mem, "collections") || !strings.Contains(mem, "mallocs") {
			t.Errorf("mem: %s", mem)
		}
	})
}

func TestEditing(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		for _, x := range []struct{ typed, want string }{
			{"echo abx\x7fc", "abc\n"},
			{"nonsense\x15echo abc", "abc\n"},
			{"\x1b[1;5Cecho abc", "abc\n"},
		} {
			if got := c.run(x.typed); got != x.want {
				t.Errorf("%q: %q, want %q", x.typed, got, x.want)
			}
		}
		if err := c.Type("half a li\x03"); err != nil {
			t.Fatal(err)
		}
		c.wait(`\^C\r\n`+prompt, timeout)
		if got := c.run("echo whole"); got != "whole\n" {
			t.Errorf("after Ctrl-C: %q", got)
		}
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		if got := c.run("nonsense 1 2"); got != "unknown command \"nonsense\": try help\n" {
			t.Errorf("%q", got)
		}
		if got := c.run("echo " + strings.Repeat("x", 300)); got != "line too long: at most 256 bytes\n" {
			t.Errorf("%q", got)
		}
		for _, args := range []string{"", "0", "-1", "many", "5000000000"} {
			if got := c.run("recv " + args); !strings.HasPrefix(got, "recv wants a number") || strings.Count(got, "\n") != 1 {
				t.Errorf("recv %s: %q", args, got)
			}
		}
		for _, args := range []string{"", "-1", "1 hour", "99999999999999999999"} {
			if got := c.run("sleep " + args); !strings.HasPrefix(got, "sleep wants times such as") || strings.Count(got, "\n") != 1 {
				t.Errorf("sleep %s: %q", args, got)
			}
		}
		for _, args := range []string{"", "0", "-1", "many"} {
			if got := c.run("print " + args); !strings.HasPrefix(got, "print wants a number") || strings.Count(got, "\n") != 1 {
				t.Errorf("print %s: %q", args, got)
			}
		}
		if got := c.run("load sometimes"); got != "load wants on or off, not \"sometimes\"\n" {
			t.Errorf("%q", got)
		}
		// Noise: every byte, in an order of its own. Ctrl-C ends whatever it left.
		noise := make([]byte, 0, 4096)
		for range 16 {
			for _, b := range rand.Perm(256) {
				noise = append(noise, byte(b))
			}
		}
		if err := c.Type(string(noise) + "\x03\r"); err != nil {
			t.Fatal(err)
		}
		c.send("echo still here")
		c.wait(`\nstill here\r\n`+prompt, timeout)
	})
}

// 64 KiB in one piece, while a goroutine keeps the collector busy: whole, in order, and by
// interrupts. A megabyte is for make soak.
func TestPaste(t *testing.T) {
	size := min(soak(64<<10), 1<<20)
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.run("load on")
		before, collected := c.irqs()["uart"], c.collections()
		blob := make([]byte, size)
		for i := range blob {
			blob[i] = byte(rand.Uint32())
		}
		c.send(fmt.Sprint("recv ", size))
		c.wait(fmt.Sprintf(`ready for %d bytes\r\n`, size), timeout)
		if err := c.Type(string(blob)); err != nil {
			t.Fatal(err)
		}
		got := c.wait(`received (\d+) bytes, crc32 ([0-9a-f]+), (\d+) stalls\r\n`+prompt, time.Duration(soak(2))*timeout)
		if want := fmt.Sprintf("%08x", crc32.ChecksumIEEE(blob)); got[1] != fmt.Sprint(size) || got[2] != want {
			t.Errorf("%q, want %d bytes and %s", got[0], size, want)
		}
		// A poll takes a FIFO at most, and is an interrupt's or a stalled reader's.
		stalls, _ := strconv.Atoi(got[3])
		if n := c.irqs()["uart"] - before; n < size/32-stalls {
			t.Errorf("%d interrupts and %s stalls for %d bytes: the FIFO is not that large", n, got[3], size)
		} else {
			t.Logf("%d interrupts, %s stalls", n, got[3])
		}
		if n := c.collections() - collected; n < 10 {
			t.Errorf("%d garbage collections meanwhile: too few to have been in the way", n)
		}
	})
}

// 256 KiB the other way, while a goroutine keeps the collector busy: whole, in order, by
// interrupts, and by nothing else. A megabyte is for make soak.
func TestPrint(t *testing.T) {
	size := min(soak(256<<10), 1<<20)
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.run("load on")
		before := c.irqs()["uart"]
		c.send(fmt.Sprint("print ", size))
		c.wait(`\n`, timeout)    // its echo
		var text strings.Builder // piece by piece, since Wait looks at all that it has not passed
		for !strings.HasSuffix(text.String(), "\r\nprinted ") {
			text.WriteString(c.wait(`(?s)^(?:[^\n]*\n)??printed |^[^\n]*\n`, timeout)[0])
		}
		got := c.wait(`^(\d+) bytes, crc32 ([0-9a-f]+)\r\n`+prompt, timeout)
		all := strings.ReplaceAll(strings.TrimSuffix(text.String(), "\r\nprinted "), "\r\n", "\n")
		if sum := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(all))); len(all) != size || sum != got[2] {
			t.Errorf("%d bytes with CRC-32 %s, not %s with %s", len(all), sum, got[1], got[2])
		}
		n := c.irqs()["uart"] - before
		if n < size/64 || n > size/8 {
			t.Errorf("%d interrupts for %d bytes: that is not one for each FIFO", n, size)
		}
		port := c.run("uart")
		if !strings.Contains(port, " 0 bytes by polling, 0 given up\n") {
			t.Errorf("%s", port)
		}
		t.Logf("%d interrupts\n%s", n, port)
	})
}

// Many lines at once: each is answered, in order.
func TestPastedLines(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		const lines = 500
		c := boot(t, m)
		c.run("load on")
		var text strings.Builder
		for i := range lines {
			fmt.Fprintf(&text, "echo line %d of many\r", i)
		}
		if err := c.Type(text.String()); err != nil {
			t.Fatal(err)
		}
		for i := range lines {
			c.wait(fmt.Sprintf(`\nline %d of many\r`, i), timeout)
		}
	})
}

// Time in the guest against time outside. Each reading lies between two of ours, so a
// slow host widens the bounds and cannot fail the test.
func TestClock(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		type reading struct {
			before, after time.Time
			uptime        time.Duration
		}
		read := func() (r reading) {
			r.before = time.Now()
			c.send("uptime")
			g := c.wait(`\n(\S+), \d+ sleeps`, timeout)
			r.after = time.Now()
			var err error
			if r.uptime, err = time.ParseDuration(g[1]); err != nil {
				t.Fatal(err)
			}
			return r
		}
		a := read()
		c.run("sleep 5s")
		c.wait(`\nslept 5s, \S+ late\r\n`+prompt, timeout)
		b := read()
		elapsed := b.uptime - a.uptime
		least, most := b.before.Sub(a.after), b.after.Sub(a.before)
		tolerance := most / 50
		if elapsed < least-tolerance || elapsed > most+tolerance {
			t.Errorf("%v passed in the guest, between %v and %v outside", elapsed, least, most)
		}
		if elapsed < 5*time.Second || most < 5*time.Second-tolerance {
			t.Errorf("a sleep of 5s was over after %v in the guest, at most %v outside", elapsed, most)
		}
	})
}

// An idle kernel halts: the timer interrupts when a sleep is over, and not periodically.
// amd64's takes two more on the way, since its counter has 32 bits of nanoseconds. Instructions
// take 4 ns each of the guest's time, so that a goroutine that is woken runs soon enough on every
// host, and hal sets the timer for no further try at preemption.
func TestIdle(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m.With("-icount", "shift=2"))
		if m.Name == USBArmory.Name {
			c.run("led white off") // ends the heartbeat, which is periodic by intention
		}
		before := c.irqs()
		c.run("sleep 10s")
		c.wait(`\nslept 10s, \S+ late\r\n`+prompt, timeout)
		after := c.irqs()
		// The sleep's, and one for each wake of thread level by what is typed where its goroutine
		// has not run within 100 us, see press in hal.
		n, most := after["timer"]-before["timer"], 6+after["uart"]-before["uart"]
		if m.Name == USBArmory.Name {
			most += 4 * 5 // its slot has no switch, and is looked at after 1, 2, 4 and 8 s
		}
		if n < 1 || n > most {
			t.Errorf("%d timer interrupts in 10 s", n)
		}
		t.Logf("%d timer interrupts in 10 s", n)
	})
}

func TestFault(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		for range 3 {
			c.send("fault")
			c.wait(`task \d+ fault panicked: runtime error: invalid memory address or nil pointer dereference, in \S+/kernel/shell\.faultPoll, .*fault\.go:\d+\r\n`+prompt, timeout)
		}
		if n := strings.Count(c.Output(), "nil pointer dereference"); n != 3 {
			t.Errorf("3 faults were reported %d times", n)
		}
		if got := c.run("echo alive"); got != "alive\n" {
			t.Errorf("after a fault: %q", got)
		}
		if tasks := c.run("tasks"); strings.Contains(tasks, "fault") || !strings.Contains(tasks, "monitor") {
			t.Errorf("after a fault:\n%s", tasks)
		}
	})
}

func TestHalt(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.send("halt")
		c.wait(`halting\r\n`, timeout)
		if data, err := c.Event("SHUTDOWN", timeout); err != nil || !strings.Contains(data, "guest-shutdown") {
			t.Errorf("%s, %v", data, err)
		}
		c.exit(0)
	})
}

func TestReboot(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		for range 2 {
			c.send("reboot")
			c.wait(`rebooting\r\n`, timeout)
			c.wait(prompt, bootTimeout)
		}
		c.send("halt")
		c.exit(0)
	})
}

// A fault that is nobody's prints a traceback and ends QEMU with a status under test,
func TestCrash(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.send("crash")
		c.wait(`panic: runtime error: invalid memory address or nil pointer dereference`, timeout)
		c.wait(`\[signal SIGSEGV: segmentation violation`, timeout)
		c.wait(`kernel/shell\.\(\*Shell\)\.crash\.func1`, timeout)
		c.exit(2)
	})
}

// and restarts the machine otherwise.
func TestCrashReboots(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		var args []string
		for i := 0; i < len(m.Args); i++ {
			switch m.Args[i] {
			case "-device":
				i++
			case "-semihosting":
			default:
				args = append(args, m.Args[i])
			}
		}
		m.Args = args
		c := boot(t, m)
		c.send("crash")
		c.wait(`goroutine \d+`, timeout)
		c.wait(prompt, bootTimeout)
	})
}

// What was printed before a crash is on the console before its report, all of it.
func TestCrashComesLast(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.send("crash after")
		got := c.wait(`(?s)crash after\r\n(.*?)panic: runtime error`, timeout)[1]
		var want strings.Builder
		for i := range 100 {
			fmt.Fprintf(&want, "line %d before the crash\r\n", i)
		}
		if got != want.String() {
			t.Errorf("%q", got)
		}
		c.exit(2)
	})
}

// An interrupt that nobody registered is counted, reported once, and harms nothing.
func TestStrayInterrupt(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, MicroVM} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			c := boot(t, m)
			for i := range 3 {
				if _, err := c.QMP("inject-nmi", nil); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					c.wait(`interrupt on line 2, which is not registered: it cannot be masked, irqs counts more of them\r\n`+prompt, timeout)
				}
				for n := 0; n <= i; {
					n = c.irqs()["nmi"]
				}
			}
			if out := c.Output(); strings.Count(out, "is not registered") != 1 {
				t.Error("reported more than once")
			}
		})
	}
}

// On ARM the line is raised from outside by qtest: interrupt 32 + 100, level-triggered
// and never let go. Masked, it interrupts once.
func TestStrayInterruptARM(t *testing.T) {
	t.Parallel()
	const spi, line = 100, 132
	q, args := newQtest(t)
	c := boot(t, EVK.With(args...))
	q.accept(t)
	c.run("unmask " + fmt.Sprint(line))
	q.do(t, fmt.Sprintf("set_irq_in /machine/soc/a7mpcore unnamed-gpio-in %d 1", spi))
	c.wait(fmt.Sprintf(`interrupt on line %d, which is not registered: masked\r\n`, line)+prompt, timeout)
	if got := c.run("echo alive"); got != "alive\n" {
		t.Errorf("%q", got)
	}
	if !strings.Contains(c.run("irqs"), fmt.Sprintf("%5d  %-10s %10d %10d", line, "", 1, 1)) {
		t.Errorf("irqs:\n%s", c.run("irqs"))
	}
}
