package qemu

import (
	"strings"
	"testing"
)

// The image of package application: what package kernel says to an application that uses it wrongly,
// and reports of tasks.
func TestApplication(t *testing.T) {
	t.Parallel()
	const checks = 11 // lines that say ok
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "application-amd64.elf"}, {EVK, "application-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine
			m.Image = c.image
			vm := console{Start(t, m), t}
			out := vm.wait(`(?s)application, go(.*)\nend\r\n`, timeout)[1]
			if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok", n, checks)
			}
			for _, want := range []string{"panics panicked: the first", "panics panicked: the second", "in a report"} {
				if !strings.Contains(out, want) {
					t.Errorf("nothing says %q", want)
				}
			}
			vm.exit(0)
		})
	}
}
