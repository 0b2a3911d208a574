package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tamagotake/tamagotake/qemu"
)

// start is what it takes from reset to the first poll of a task.
type start struct {
	Machine string `json:"machine"`

	// Instructions since reset, except the last, which is without the firmware.
	Entry            int64 `json:"reset_to_entry"`
	Main             int64 `json:"reset_to_main"`
	FirstPoll        int64 `json:"reset_to_first_poll"`
	EntryToFirstPoll int64 `json:"entry_to_first_poll"`

	RuntimeKiB int64 `json:"runtime_kib"`
	// The smallest memory in which it starts and answers; 0 where the machine has a
	// fixed size.
	SmallestMiB int `json:"smallest_mib,omitempty"`

	BuildCleanS       float64 `json:"build_clean_s"`
	BuildIncrementalS float64 `json:"build_incremental_s"`
}

func (s start) String() string {
	text := fmt.Sprintf("  machine   %s\n"+
		"  start     %9d instructions from the kernel's entry to the first poll\n"+
		"            %9d from reset, %d to the entry, %d to main\n"+
		"  memory    %9d KiB taken by the Go runtime at the first poll\n",
		s.Machine, s.EntryToFirstPoll, s.FirstPoll, s.Entry, s.Main, s.RuntimeKiB)
	if s.SmallestMiB != 0 {
		text += fmt.Sprintf("            %9d MiB is the smallest machine that starts\n", s.SmallestMiB)
	}
	return text + fmt.Sprintf("  build     %9.1f s from nothing, %.1f s after a change to the kernel\n", s.BuildCleanS, s.BuildIncrementalS)
}

const (
	bootTimeout = 10 * time.Minute
	enough      = 20 // collections, until it is clear that they find room
	prompt      = `tamagotake> `
)

// boottime measures the first of the target's machines.
func boottime(build, target string) (s start, err error) {
	m := map[string]qemu.Machine{"amd64": qemu.Q35, "arm": qemu.EVK}[target]
	s.Machine = m.Name
	if err := s.count(m.With("-icount", "shift=0")); err != nil {
		return s, err
	}
	if target == "amd64" {
		if s.SmallestMiB, err = smallest(m); err != nil {
			return s, err
		}
	}
	if s.BuildCleanS, s.BuildIncrementalS, err = buildTimes(build, target); err != nil {
		return s, err
	}
	return s, nil
}

// count reads what the kernel says of its start. Without firmware, reset is the entry.
func (s *start) count(m qemu.Machine) error {
	vm, err := qemu.Run(m)
	if err != nil {
		return err
	}
	defer vm.Stop()
	g, err := vm.Wait(`clock: .*?(?:entered at (\d+) ns)?\r\n(?s:.*)main at (\d+) ns, first poll at (\d+) ns, runtime has taken (\d+) KiB`, bootTimeout)
	if err != nil {
		return err
	}
	for i, p := range []*int64{&s.Entry, &s.Main, &s.FirstPoll, &s.RuntimeKiB} {
		*p, _ = strconv.ParseInt(g[i+1], 10, 64)
	}
	s.EntryToFirstPoll = s.FirstPoll - s.Entry
	return nil
}

// smallest finds the least memory by bisection: the kernel must come to its prompt and
// survive some garbage collections.
func smallest(m qemu.Machine) (int, error) {
	return leastMemory(4, 64, func(mib int) bool { return answers(m, mib) })
}

func answers(m qemu.Machine, mib int) bool {
	vm, err := qemu.Run(m.With("-m", fmt.Sprint(mib), "-no-reboot"))
	if err != nil {
		return false
	}
	defer vm.Stop()
	// One that cannot start, or runs out of memory, ends. Only one that hangs takes as long.
	const long = 2 * time.Minute
	if _, err := vm.Wait(prompt, long); err != nil || vm.Type("load on\r") != nil {
		return false
	}
	if _, err := vm.Wait(prompt, long); err != nil {
		return false
	}
	for collections := 0; collections < enough; {
		if vm.Type("mem\r") != nil {
			return false
		}
		g, err := vm.Wait(`collections (\d+)(?s:.*?)`+prompt, long)
		if err != nil {
			return false
		}
		collections, _ = strconv.Atoi(g[1])
	}
	return true
}

// buildTimes builds the target into a place of its own: with an empty cache, and again
// after a new file in the kernel.
func buildTimes(build, target string) (cleanS, incrementalS float64, err error) {
	dir, err := os.MkdirTemp("", "build")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	timed := func() (float64, error) {
		c := exec.Command("go", "run", "./cmd/tamagotake", "build", "-arch", target, "-o", filepath.Join(dir, "image"), "./examples/monitor")
		c.Dir = filepath.Dir(build)
		c.Env = append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache"))
		began := time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%v: %w\n%s", c, err, out)
		}
		return time.Since(began).Seconds(), nil
	}
	if cleanS, err = timed(); err != nil {
		return 0, 0, err
	}
	// A comment would leave the compiled package the same, and no linking to do.
	change := filepath.Join(filepath.Dir(build), "kernel", "measure_change.go")
	text := fmt.Sprintf("//go:build tamago\n\npackage kernel\n\nfunc init() { startNS = %d }\n", time.Now().Unix())
	if err := os.WriteFile(change, []byte(text), 0o644); err != nil {
		return 0, 0, err
	}
	defer os.Remove(change)
	incrementalS, err = timed()
	return cleanS, incrementalS, err
}
