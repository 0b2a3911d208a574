package qemu

import (
	"testing"
)

// No task ends in silence: what fails without a joiner is reported once, with name, reason and
// place; a task that the kernel cannot live without is started again.
func TestReports(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, EVK} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			c := boot(t, m)
			const place = `, in github.com/tamagotake/tamagotake/kernel\S*, \S*kernel/(shell/)?\w+\.go:\d+\r\n`
			for _, f := range []struct{ command, report string }{
				{"fault rt", `task \d+ fault-rt faulted: nil pointer 0x0` + place},
				{"fault rt budget", `task \d+ fault-rt faulted: poll exceeded its budget, in \S+, \S+\r\n`},
			} {
				c.send(f.command)
				c.wait(f.report+prompt, timeout)
			}
			essential := func(name, report string) string {
				return `the kernel cannot live without this: ` + name + `: driver failed, \d+ in a row, next start in \d+ ms: ` + report
			}
			for _, f := range []struct{ command, report string }{
				{"fault timer", essential("timer", `task \d+ timer faulted: nil pointer 0x0`+place)},
				{"fault timer budget", essential("timer", `task \d+ timer faulted: poll exceeded its budget, in \S+, \S+\r\n`)},
			} {
				c.send(f.command)
				c.wait(f.report, timeout)
				c.send("sleep 20ms")
				c.wait(`slept 20ms`, timeout)
			}
			for _, f := range []struct{ command, report string }{
				{"fault uart", essential("uart", `task \d+ uart faulted: nil pointer 0x0`+place)},
				{"fault uart budget", essential("uart", `task \d+ uart faulted: poll exceeded its budget, in \S+, \S+\r\n`)},
				{"fault monitor", essential("monitor", `task \d+ monitor panicked: runtime error: .*`+place)},
			} {
				c.send(f.command)
				c.wait(f.report+`(?s:.*)`+prompt, timeout)
				if got := c.run("echo alive"); got != "alive\n" {
					t.Errorf("after %s: %q", f.command, got)
				}
			}
			c.send("halt")
			c.exit(0)
		})
	}
}

// A task that the kernel cannot live without, and that fails again and again, ends it.
func TestEssentialTaskEndsTheKernel(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, EVK} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			c := boot(t, m)
			c.send("fault timer always")
			c.wait(`panic: task timer, without which the kernel cannot live, has failed 5 times in a row: .*task \d+ timer faulted: nil pointer 0x0`, timeout)
			c.exit(2)
		})
	}
}
