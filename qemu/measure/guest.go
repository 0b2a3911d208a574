package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/tamagotake/tamagotake/qemu"
)

const guestTimeout = 2 * time.Hour // a Linux kernel starts in some billion instructions

// measureLinux boots a Linux kernel whose only program is that of qemu/measure/linux, and prints what
// it measures, and the least memory in which it prints hello. options are added to the kernel's
// command line.
func measureLinux(kernel, options string) error {
	dir, err := os.MkdirTemp("", "linux")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "init")
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./qemu/measure/linux")
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", c, err, out)
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	image, err := os.Stat(kernel)
	if err != nil {
		return err
	}
	initrd := filepath.Join(dir, "initrd")
	if err := os.WriteFile(initrd, initramfs(text), 0o644); err != nil {
		return err
	}
	fmt.Printf("kernel %d bytes, program %d bytes\n", image.Size(), len(text))

	kernel, err = filepath.Abs(kernel)
	if err != nil {
		return err
	}
	boot := qemu.Q35.With("-m", "256M", "-initrd", initrd)
	boot.Image = kernel
	line := "console=ttyS0 quiet panic=-1 " + options
	if err := printGuest(boot.With("-append", line)); err != nil {
		return err
	}
	hello := boot.With("-append", line+" -- hello", "-no-reboot")
	mib, err := leastMemory(16, 256, func(mib int) bool { return reaches(hello.With("-m", fmt.Sprint(mib)), `\nend\r?\n`) })
	if err != nil {
		return err
	}
	fmt.Printf("%d MiB is the smallest machine that comes to its program\n", mib)
	return nil
}

// measureTamaGo builds the programs of qemu/measure/tamago with TamaGo's distribution of Go, whose go
// command is gocmd, boots the first, and prints what it measures, and the size of the other.
func measureTamaGo(gocmd string) error {
	dir, err := os.MkdirTemp("", "tamago")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build := func(name, pkg string) (string, error) {
		out := filepath.Join(dir, name)
		c := exec.Command(gocmd, "build", "-trimpath", "-ldflags", "-s -w -T 0x10010000 -R 0x1000", "-o", out, pkg)
		c.Env = append(os.Environ(), "GOOS=tamago", "GOARCH=amd64", "GOOSPKG=github.com/usbarmory/tamago", "GOTOOLCHAIN=local", "CGO_ENABLED=0")
		if text, err := c.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%v: %w\n%s", c, err, text)
		}
		return out, nil
	}
	program, err := build("program", "./qemu/measure/tamago")
	if err != nil {
		return err
	}
	hello, err := build("hello", "./qemu/measure/tamago/hello")
	if err != nil {
		return err
	}
	image, err := os.Stat(hello)
	if err != nil {
		return err
	}
	fmt.Printf("hello %d bytes\n", image.Size())

	boot := qemu.Machine{Name: "microvm", Image: program, Args: []string{"qemu-system-x86_64",
		"-machine", "microvm,x-option-roms=on,pit=off,pic=off,rtc=on", "-cpu", "max", "-m", "512M", "-no-reboot"}}
	if err := printGuest(boot); err != nil {
		return err
	}
	boot.Image = hello
	if !reaches(boot, `hello from amd64`) {
		return fmt.Errorf("%s does not say hello", hello)
	}
	return nil
}

// measureSleep boots the image of qemu/images/sleep, and prints what it measures.
func measureSleep(target string) error {
	m, ok := map[string]qemu.Machine{"amd64": qemu.Q35, "arm": qemu.EVK}[target]
	if !ok {
		return fmt.Errorf("no target %q: amd64 or arm", target)
	}
	m.Image = "sleep-" + target + ".elf"
	return printGuest(m)
}

// printGuest boots a machine under the same conditions as measureLatency, and prints what it says and
// a table of its figures.
func printGuest(m qemu.Machine) error {
	vm, err := qemu.Run(m.With("-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2020-01-01,clock=vm"))
	if err != nil {
		return err
	}
	defer vm.Stop()
	if _, err := vm.Wait(`\nend\r?\n`, guestTimeout); err != nil {
		return fmt.Errorf("%w\n%s", err, vm.Output())
	}
	out := vm.Output()
	results, order, err := parseLatency(out)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	for line := range bytes.Lines([]byte(out)) {
		if !bytes.Contains(line, []byte("*")) {
			fmt.Printf("%s", bytes.ReplaceAll(line, []byte("\r"), nil))
		}
	}
	fmt.Printf("%-8s %-10s %10s %10s %10s %10s %8s\n", "", "", "min", "median", "p99", "max", "samples")
	for _, o := range order {
		l := results[o[0]][o[1]]
		fmt.Printf("%-8s %-10s %10d %10d %10d %10d %8d\n", o[0], o[1], l.Min, l.Median, l.P99, l.Max, l.Samples)
	}
	return nil
}

// leastMemory finds by bisection in how many MiB a machine starts, between one that is too few and one
// that is enough.
func leastMemory(fails, works int, starts func(mib int) bool) (int, error) {
	if !starts(works) {
		return 0, fmt.Errorf("does not start with %d MiB", works)
	}
	for works-fails > 1 {
		if mid := (fails + works) / 2; starts(mid) {
			works = mid
		} else {
			fails = mid
		}
	}
	return works, nil
}

// reaches reports whether the machine says what is expected before it ends.
func reaches(m qemu.Machine, expr string) bool {
	vm, err := qemu.Run(m)
	if err != nil {
		return false
	}
	defer vm.Stop()
	_, err = vm.Wait(expr, bootTimeout)
	return err == nil
}

// initramfs returns an archive with the program as /init, and the console, in the format that Linux
// unpacks: Documentation/driver-api/early-userspace/buffer-format.rst.
func initramfs(init []byte) []byte {
	var b bytes.Buffer
	n := 0
	add := func(name string, mode, major, minor int, data []byte) {
		n++
		b.WriteString("070701")
		for _, v := range []int{n, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name) + 1, 0} {
			fmt.Fprintf(&b, "%08x", v)
		}
		b.WriteString(name + "\x00")
		pad := func() { b.Write(make([]byte, -b.Len()&3)) }
		pad()
		b.Write(data)
		pad()
	}
	const directory, character, file = 0o040755, 0o020600, 0o100755
	add("dev", directory, 0, 0, nil)
	add("dev/console", character, 5, 1, nil)
	add("init", file, 0, 0, init)
	add("TRAILER!!!", 0, 0, 0, nil)
	return b.Bytes()
}
