package qemu

import (
	"strconv"
	"strings"
	"testing"
)

// The image of package coro, on one machine of each architecture. Time is instructions,
// so that what a resumption costs does not depend on the host.
func TestCoro(t *testing.T) {
	const ratioMax = 3 // resumption to poll
	for _, c := range []struct {
		machine Machine
		image   string
		checks  int // lines that say ok
	}{{Q35.With("-device", "edu"), "coro-amd64.elf", 9}, {EVK, "coro-arm.elf", 7}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0")
			m.Image = c.image
			vm := Start(t, m)
			got, err := vm.Wait(`cost: poll (\d+), resume (\d+) instructions`, bootTimeout)
			if err != nil {
				t.Fatal(err)
			}
			poll, _ := strconv.Atoi(got[1])
			resume, _ := strconv.Atoi(got[2])
			t.Logf("%s, %.2f times", got[0], float64(resume)/float64(poll))
			if poll <= 0 || resume > ratioMax*poll {
				t.Errorf("a resumption takes %d instructions, a poll %d: more than %d times", resume, poll, ratioMax)
			}
			if _, err := vm.Wait(`\nend\r\n`, bootTimeout); err != nil {
				t.Fatal(err)
			}
			out := vm.Output()
			if n := strings.Count(out, "\nok "); n != c.checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok", n, c.checks)
			}
		})
	}
}
