package qemu

import (
	"strings"
	"testing"
)

// The image of package onchip: a driver that is registered for a device of the chip by its address.
func TestOnChip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		machine Machine
		image   string
		checks  int // lines that say ok
	}{{Q35, "onchip-amd64.elf", 2}, {EVK, "onchip-arm.elf", 6}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine
			m.Image = c.image
			vm := console{Start(t, m), t}
			out := vm.wait(`(?s)onchip, go(.*)\nend\r\n`, timeout)[1]
			if n := strings.Count(out, "\nok "); n != c.checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok:\n%s", n, c.checks, out)
			}
			vm.exit(0)
		})
	}
}
