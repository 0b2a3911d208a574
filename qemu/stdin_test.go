package qemu

import (
	"strings"
	"testing"
	"time"
)

// The image of package stdin: an ordinary program that reads os.Stdin.
func TestStdin(t *testing.T) {
	t.Parallel()
	const checks = 7 // lines that say ok
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "stdin-amd64.elf"}, {EVK, "stdin-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine
			m.Image = c.image
			vm := console{Start(t, m), t}
			for _, s := range []struct{ after, typed string }{
				{`\ntype\r\n`, "hellp\x7fo\r"}, {`type more\r\n`, "not this\x15two words\r"}, {`end it\r\n`, "\x04"}, {`a number: `, "42\r"},
			} {
				vm.wait(s.after, bootTimeout)
				time.Sleep(500 * time.Millisecond) // what goes on meanwhile is counted
				if err := vm.Type(s.typed); err != nil {
					t.Fatal(err)
				}
			}
			vm.wait(`\nend\r\n`, timeout)
			out := vm.Output()
			if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
				t.Errorf("%d of %d checks are ok:\n%s", n, checks, out)
			}
			if !strings.Contains(out, "type\r\nhellp\b \bo\r\n") {
				t.Errorf("what was typed is not shown as it was:\n%q", out)
			}
			vm.exit(0)
		})
	}
}
