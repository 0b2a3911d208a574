package qemu

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The image of package goruntime, on one machine of each architecture: what a Go program may
// expect of its runtime. Time is instructions, of 8 ns each, and an idle machine's goes by at
// once.
func TestGoRuntime(t *testing.T) {
	for _, c := range []struct {
		machine Machine
		image   string
	}{{Q35, "goruntime-amd64.elf"}, {EVK, "goruntime-arm.elf"}} {
		t.Run(c.machine.Name, func(t *testing.T) {
			t.Parallel()
			checkRuntime(t, c.machine, c.image)
		})
	}
}

func checkRuntime(t *testing.T, machine Machine, image string) {
	t.Helper()
	const checks = 78 // lines that say ok
	m := machine.With("-icount", "shift=3,sleep=off")
	m.Image = image
	vm := Start(t, m)
	if _, err := vm.Wait(`\nend\r\n`, 5*time.Minute); err != nil {
		t.Fatal(err)
	}
	out := vm.Output()
	if n := strings.Count(out, "\nok "); n != checks || strings.Contains(out, "FAILED") {
		t.Errorf("%d of %d checks are ok", n, checks)
	}
	// The date starts with the commit, and not in 1970.
	_, text, _ := strings.Cut(out, "ok started at ")
	text, _, _ = strings.Cut(text, "\r")
	started, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	built, err := exec.Command("git", "log", "-1", "--format=%ct").Output()
	if want, _ := strconv.ParseInt(strings.TrimSpace(string(built)), 10, 64); err == nil && started > want || started < time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix() {
		t.Errorf("started at %d, the source's last commit is of %s", started, built)
	}
}
