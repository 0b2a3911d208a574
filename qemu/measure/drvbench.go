package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/tamagotake/tamagotake/internal/output"
	"github.com/tamagotake/tamagotake/qemu"
)

// blockFigures are what a disk costs on one machine.
type blockFigures struct {
	ToTask           int     `json:"interrupt_to_task_instructions"`   // a real-time task that waits for the request
	ToReturn         int     `json:"interrupt_to_return_instructions"` // to what was interrupted
	InterruptsPerMiB float64 `json:"interrupts_per_mib"`               // requests of 64 KiB, 8 in flight
	Allocations      float64 `json:"allocations_per_operation"`
	GuestRead        float64 `json:"guest_read_mib_per_second"`
	HostRead         float64 `json:"host_read_mib_per_second"` // qemu-img bench, same file, size and depth
	GuestWrite       float64 `json:"guest_write_mib_per_second"`
	HostWrite        float64 `json:"host_write_mib_per_second"`
	GuestSmall       float64 `json:"guest_4k_reads_per_second"`
	HostSmall        float64 `json:"host_4k_reads_per_second"`
}

func (f blockFigures) String() string {
	return fmt.Sprintf("  interrupt to task        %8d instructions, and back to what was interrupted %d\n"+
		"  interrupts per MiB       %8.2f, allocations per operation %g\n"+
		"  read, 64 KiB             %8.0f MiB/s in the guest, %.0f by qemu-img bench: %.2f of it\n"+
		"  write, 64 KiB            %8.0f MiB/s in the guest, %.0f by qemu-img bench: %.2f of it\n"+
		"  read, 4 KiB              %8.0f a second in the guest, %.0f by qemu-img bench: %.2f of it\n",
		f.ToTask, f.ToReturn, f.InterruptsPerMiB, f.Allocations,
		f.GuestRead, f.HostRead, f.GuestRead/f.HostRead, f.GuestWrite, f.HostWrite, f.GuestWrite/f.HostWrite,
		f.GuestSmall, f.HostSmall, f.GuestSmall/f.HostSmall)
}

const (
	benchImage   = 64 << 20
	benchTimeout = 20 * time.Minute
)

// drvbench measures the drivers, and writes the figures of each kind of them to its part
// of build/drvbench.json.
func drvbench() error {
	build, err := qemu.Build()
	if err != nil {
		return err
	}
	results := map[string]blockFigures{}
	for _, m := range []qemu.Machine{
		qemu.Q35.With("-device", "virtio-blk-pci,drive=d"),
		qemu.MicroVM.With("-global", "virtio-mmio.force-legacy=false", "-device", "virtio-blk-device,drive=d"),
	} {
		f, err := measureBlock(m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		fmt.Printf("%s\n%s", m.Name, f)
		results[m.Name] = f
	}
	if err := writePart(filepath.Join(build, "drvbench.json"), "block", results); err != nil {
		return err
	}
	return measureStraight(build)
}

// writePart sets one field of a JSON object in a file, and leaves the others.
func writePart(file, name string, value any) error {
	parts := map[string]any{}
	old, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(old, &parts)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", file, err)
	}
	parts[name] = value
	text, err := json.MarshalIndent(parts, "", "  ")
	if err != nil {
		return err
	}
	return output.WriteFile(file, append(text, '\n'), 0o644)
}

func measureBlock(m qemu.Machine) (f blockFigures, err error) {
	dir, err := os.MkdirTemp("", "drvbench")
	if err != nil {
		return f, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "disk.img")
	if err := os.WriteFile(file, make([]byte, benchImage), 0o644); err != nil {
		return f, err
	}
	// Without locks, so that qemu-img can use the file while the guest has it, and is idle.
	m = m.With("-drive", "if=none,id=d,format=raw,file.locking=off,file="+file)
	if err := countBlock(m.With("-icount", "shift=0"), &f); err != nil {
		return f, err
	}
	return f, timeBlock(m, file, &f)
}

// session is a machine at its prompt.
type session struct{ vm *qemu.VM }

func open(m qemu.Machine) (s session, err error) {
	vm, err := qemu.Run(m)
	if err != nil {
		return s, err
	}
	if _, err := vm.Wait(`tamagotake> `, benchTimeout); err != nil {
		vm.Stop()
		return s, err
	}
	return session{vm}, nil
}

// ask types a line and returns the numbers in what answers it.
func (s session) ask(line, answer string) (numbers []float64, err error) {
	if err := s.vm.Type(line + "\r"); err != nil {
		return nil, err
	}
	groups, err := s.vm.Wait(`(?s)`+answer+`.*?tamagotake> `, benchTimeout)
	if err != nil {
		return nil, err
	}
	for _, g := range groups[1:] {
		v, err := strconv.ParseFloat(g, 64)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, v)
	}
	return numbers, nil
}

const benchAnswer = `bench: (\d+) operations of (\d+) bytes, 0 errors, 0 wrong, (\d+) ns, (\d+) allocations`

// countBlock counts instructions, interrupts and allocations.
func countBlock(m qemu.Machine, f *blockFigures) error {
	s, err := open(m)
	if err != nil {
		return err
	}
	defer s.vm.Stop()
	n, err := s.ask("disk vda latency 1000", `latency: \d+ samples, \d+ late, to the task (\d+) median \d+ most, to the return (\d+) median`)
	if err != nil {
		return err
	}
	f.ToTask, f.ToReturn = int(n[0]), int(n[1])

	interrupts := func() (float64, error) {
		n, err := s.ask("irqs", `\n +\d+ +vda +(\d+)`)
		if err != nil {
			return 0, err
		}
		return n[0], nil
	}
	before, err := interrupts()
	if err != nil {
		return err
	}
	// Twice, for what a run allocates whatever its length.
	short, err := s.ask("disk vda bench read 1000 65536", benchAnswer)
	if err != nil {
		return err
	}
	long, err := s.ask("disk vda bench read 3000 65536", benchAnswer)
	if err != nil {
		return err
	}
	after, err := interrupts()
	if err != nil {
		return err
	}
	f.InterruptsPerMiB = (after - before) / ((short[0]*short[1] + long[0]*long[1]) / (1 << 20))
	f.Allocations = max(0, (long[3]-short[3])/(long[0]-short[0]))
	return nil
}

// timeBlock compares the guest with QEMU's own tool, on the same file, by turns.
func timeBlock(m qemu.Machine, file string, f *blockFigures) error {
	s, err := open(m)
	if err != nil {
		return err
	}
	defer s.vm.Stop()
	for _, c := range []struct {
		op, flags   string
		count, size int
		guest, host *float64
		unit        float64 // what is counted, in bytes
	}{
		{"read", "", 4000, 65536, &f.GuestRead, &f.HostRead, 1 << 20},
		{"write", "-w", 4000, 65536, &f.GuestWrite, &f.HostWrite, 1 << 20},
		{"read", "", 20000, 4096, &f.GuestSmall, &f.HostSmall, 4096},
	} {
		n, err := s.ask(fmt.Sprintf("disk vda bench %s %d %d", c.op, c.count, c.size), benchAnswer)
		if err != nil {
			return err
		}
		bytes := float64(c.count) * float64(c.size)
		*c.guest = bytes / c.unit / (n[2] / 1e9)
		seconds, err := hostBench(file, c.flags, c.count, c.size)
		if err != nil {
			return err
		}
		*c.host = bytes / c.unit / seconds
	}
	return nil
}

var hostSeconds = regexp.MustCompile(`Run completed in ([\d.]+) seconds`)

func hostBench(file, flags string, count, size int) (seconds float64, err error) {
	args := []string{"bench", "-c", strconv.Itoa(count), "-s", strconv.Itoa(size), "-d", "8", "--image-opts"}
	if flags != "" {
		args = append(args, flags)
	}
	out, err := exec.Command("qemu-img", append(args, "driver=raw,file.driver=file,file.locking=off,file.filename="+file)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("qemu-img bench: %w\n%s", err, out)
	}
	g := hostSeconds.FindSubmatch(out)
	if g == nil {
		return 0, fmt.Errorf("qemu-img bench said %q", out)
	}
	return strconv.ParseFloat(string(g[1]), 64)
}
