package qemu

import (
	"strings"
	"testing"
)

// The image of package timer, on one machine of each architecture. Time is instructions, and
// while the machine is idle it passes at once.
func TestTimerImage(t *testing.T) {
	const checks = 25 // lines that say ok
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "timer-amd64.elf"}, {EVK, "timer-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0,sleep=off")
			m.Image = c.image
			vm := Start(t, m)
			if _, err := vm.Wait(`\nend\r\n`, bootTimeout); err != nil {
				t.Fatal(err)
			}
			out := vm.Output()
			for line := range strings.Lines(out) {
				t.Log(strings.TrimSpace(line))
			}
			if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok", n, checks)
			}
		})
	}
}
