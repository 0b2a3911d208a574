package qemu

import (
	"regexp"
	"testing"
)

// The image of package sealed: what is not verified is refused, open waits are kept from the
// collector, and interrupts are on again after each panic in a masked section.
func TestSealed(t *testing.T) {
	const checks = 26
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "sealed-amd64.elf"}, {EVK, "sealed-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			c.machine.Image = c.image
			vm := console{Start(t, c.machine), t}
			vm.wait(`sealed, go`, bootTimeout)
			text := vm.wait(`(?s)(.*)\nend\r\n`, bootTimeout)[1]
			if n := len(regexp.MustCompile(`(?m)^ok `).FindAllString(text, -1)); n != checks {
				t.Errorf("%d checks are ok, of %d", n, checks)
			}
			if bad := regexp.MustCompile(`(?m)^FAILED .*`).FindAllString(text, -1); len(bad) > 0 {
				t.Errorf("%q", bad)
			}
			vm.exit(0)
		})
	}
}
