package qemu

import (
	"strconv"
	"testing"
)

// The image of package oom: Go runs out of memory and ends the program with its usual
// report, and the real-time side has lost no interrupt up to there, and none after it. Time
// is instructions, so how late an interrupt is does not depend on the host.
func TestOutOfMemory(t *testing.T) {
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "oom-amd64.elf"}, {EVK, "oom-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0")
			m.Image = c.image
			vm := console{Start(t, m), t}
			vm.wait(`unmarked: task: a real-time poll function that boot/verify has not verified`, bootTimeout)
			vm.wait(`marked: <nil>`, timeout)
			vm.wait(`runtime: out of memory`, 2*bootTimeout)
			vm.wait(`fatal error: .*out of memory(?s:.*)goroutine 1 (?s:.*)main\.main\(\)(?s:.*)exit status 2\r\n`, timeout)
			at := vm.wait(`polled (\d+) times before there was no memory, (\d+) times in the crash report\r\n`, timeout)
			after := vm.wait(`polled (\d+) times after it\r\nlate (\d+)\r\n`, timeout)
			number := func(s string) int {
				n, err := strconv.Atoi(s)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			t.Logf("%s polls, %s in the crash report, %s after it, at most %s ns late", at[1], at[2], after[1], after[2])
			if number(at[1]) < 5000 || number(at[2]) < 100 || number(after[1]) < 1000 {
				t.Error("an interrupt was lost")
			}
			if number(after[2]) > 1000 {
				t.Errorf("an interrupt came %s instructions late", after[2])
			}
			if status, err := vm.Exit(timeout); err != nil || status != 2 {
				t.Errorf("ended with status %d, %v", status, err)
			}
		})
	}
}
