package qemu

import (
	"strings"
	"testing"
	"time"
)

// The image of package runtime, on one machine of each architecture: what a Go program may
// expect of its runtime. Time is instructions, and an idle machine's goes by at once.
func TestRuntime(t *testing.T) {
	const checks = 36 // lines that say ok
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "runtime-amd64.elf"}, {EVK, "runtime-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0,sleep=off")
			m.Image = c.image
			vm := Start(t, m)
			if _, err := vm.Wait(`\nend\r\n`, 5*time.Minute); err != nil {
				t.Fatal(err)
			}
			out := vm.Output()
			if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok", n, checks)
			}
		})
	}
}
