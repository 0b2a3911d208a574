package qemu

import (
	"strings"
	"testing"
)

// The image of package channels, on one machine of each architecture: what a real-time task
// sends comes to a thread's, all of it, in order and once, with the collector at work.
func TestChannels(t *testing.T) {
	const checks = 8 // lines that say ok
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "channels-amd64.elf"}, {EVK, "channels-arm.elf"}} {
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
				if strings.HasPrefix(line, "FAILED") || strings.Contains(line, "checksum") || strings.Contains(line, "collections") {
					t.Log(strings.TrimSpace(line))
				}
			}
			if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok:\n%s", n, checks, out)
			}
		})
	}
}
