package qemu

import (
	"strings"
	"testing"
)

// The image of package memory: what memory does not allow ends a real-time task with a fault
// that names it, and is a panic with the address to a goroutine that has asked for one. Then
// a goroutine that has not asked, an overflow of the boot stack, or a fault where there is no g, ends
// the kernel.
func TestMisuse(t *testing.T) {
	const checks = 18 + 1 + 18 // the misuses, an overflow; the same by a goroutine
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "memory-amd64.elf"}, {EVK, "memory-arm.elf"}} {
		for key, end := range map[string]string{
			"c": `unexpected fault address 0x[0-9a-f]+\r\n.*fatal error: fault\r\n\[signal SIGSEGV: segmentation violation code=0x2 addr=0x[0-9a-f]+ pc=`,
			"o": `SIGSEGV: segmentation violation\r\nPC=0x[0-9a-f]+ m=0 sigcode=1 addr=0x[0-9a-f]+ff[8c]\r\n(?s:.*)main\.overflow`,
			"g": `exception in the exception handler: vector `,
		} {
			t.Run(c.machine.Name+" "+key, func(t *testing.T) {
				t.Parallel()
				m := c.machine
				m.Image = c.image
				vm := console{Start(t, m), t}
				vm.wait(`\nend\r\n`, bootTimeout)
				out := vm.Output()
				if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
					t.Errorf("%d of %d checks are ok", n, checks)
				}
				if err := vm.Type(key); err != nil {
					t.Fatal(err)
				}
				vm.wait(end, timeout)
				vm.exit(2)
			})
		}
	}
}

// A nil dereference in an initialiser that runs before the machine's: the report comes, and
// the machine is left.
func TestEarlyFault(t *testing.T) {
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "early-amd64.elf"}, {EVK, "early-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine
			m.Image = c.image
			vm := console{Start(t, m), t}
			vm.wait(`first\r\npanic: runtime error: invalid memory address or nil pointer dereference\r\n(?s:.*)goroutine 1 (?s:.*)first\.init`, bootTimeout)
			vm.exit(2)
			if strings.Contains(vm.Output(), "main\r\n") {
				t.Error("main was reached")
			}
		})
	}
}
