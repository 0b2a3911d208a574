package qemu

import (
	"regexp"
	"strings"
	"testing"
)

// The image of package rtstress, on one machine of each architecture. Time is instructions,
// so that how far the timer's interrupts are apart does not depend on the host.
func TestRealtimeStress(t *testing.T) {
	for _, c := range []struct {
		machine Machine
		image   string
		checks  int // lines that say ok; budget is of ARM
	}{{Q35, "rtstress-amd64.elf", 37}, {EVK, "rtstress-arm.elf", 38}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0")
			m.Image = c.image
			vm := Start(t, m)
			if _, err := vm.Wait(`\nend\r\n`, bootTimeout); err != nil {
				t.Fatal(err)
			}
			out := vm.Output()
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "FAILED") || strings.HasPrefix(line, "struck") || strings.Contains(line, "interrupts") || strings.Contains(line, "instructions struck") {
					t.Log(strings.TrimSpace(line))
				}
			}
			if n := strings.Count(out, "\nok "); n != c.checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok", n, c.checks)
			}
			// What must not be missing among the places that were struck.
			for _, name := range []string{"runtime.gcWriteBarrier", "runtime.morestack", "runtime.copystack", "runtime.memmove", "runtime.mallocgc"} {
				if !regexp.MustCompile(`struck ` + regexp.QuoteMeta(name) + `: [1-9]`).MatchString(out) {
					t.Errorf("%s was never struck", name)
				}
			}
		})
	}
}
