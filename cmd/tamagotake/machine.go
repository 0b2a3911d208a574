package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/tamagotake/tamagotake/internal/words"
	"github.com/tamagotake/tamagotake/qemu/machine"
)

// machineFlags are those of every command that boots a program.
type machineFlags struct {
	name, disk, more string
	k                *call
	compile          *compile
}

func (k *call) machineFlags(b *compile) *machineFlags {
	m := &machineFlags{k: k, compile: b}
	k.flags.StringVar(&m.name, "machine", "", "`machine` to boot on: q35 (the default for amd64), microvm, mcimx6ul-evk (for arm), usbarmory or usbarmory-1g")
	k.flags.StringVar(&m.disk, "disk", "", "raw `image` of a disk for an amd64 machine, with a random device beside it")
	k.flags.StringVar(&m.more, "qemu", "", "further `arguments` for QEMU, separated by spaces; quotes keep some in one")
	return m
}

// choose finds the machine. It decides the processor and adds to the build tags.
func (m *machineFlags) choose() (machine.Machine, error) {
	arch := ""
	if m.k.isSet("arch") || m.name == "" {
		arch = m.compile.arch
	}
	found, err := machine.Lookup(m.name, arch)
	if err != nil {
		return found, err
	}
	m.compile.arch = found.Arch
	m.compile.tags = strings.Trim(m.compile.tags+","+found.Tags, ",")
	return found, nil
}

// boot boots an image with the command line and ends with the program's status.
func (m *machineFlags) boot(on machine.Machine, image string, out io.Writer, arguments []string, more ...string) error {
	line, err := on.CommandLine(arguments)
	if err != nil {
		return err
	}
	args := append(on.QEMU[1:len(on.QEMU):len(on.QEMU)], "-nodefaults", "-display", "none", "-kernel", image)
	if m.disk != "" {
		disk, err := diskArgs(on, m.disk)
		if err != nil {
			return err
		}
		args = append(args, disk...)
	}
	user, err := words.Split(m.more)
	if err != nil {
		return fmt.Errorf("-qemu: %w", err)
	}
	args = append(append(append(args, line...), more...), user...)
	if _, err := exec.LookPath(on.QEMU[0]); err != nil {
		return fmt.Errorf("%s is not here: tamagotake doctor says how to get it", on.QEMU[0])
	}
	// The machine does not outlive the tool, whatever ends that.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, on.QEMU[0], args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.SysProcAttr = endsWithParent()
	return programStatus(on, m.compile.doTo(cmd, out, os.Stderr))
}

// diskArgs are QEMU's arguments for a disk.
func diskArgs(on machine.Machine, name string) ([]string, error) {
	if on.Arch != "amd64" {
		return nil, fmt.Errorf("-disk is for amd64, %s has none", on.Name)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no disk %q: qemu-img create -f raw FILE 64M makes one", name)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() && info.Mode()&os.ModeDevice == 0:
		return nil, fmt.Errorf("%s is neither a file nor a device", name)
	}
	// Before a colon QEMU expects a protocol, unless there is a slash before; a comma ends the name
	// unless there are two.
	if !filepath.IsAbs(name) {
		name = "./" + name
	}
	kind := map[string]string{"q35": "pci", "microvm": "device"}[on.Name]
	return []string{"-global", "virtio-mmio.force-legacy=false",
		"-drive", "if=none,id=disk,format=raw,file=" + strings.ReplaceAll(name, ",", ",,"),
		"-device", "virtio-blk-" + kind + ",drive=disk", "-device", "virtio-rng-" + kind}, nil
}

// status is the exit status of a program that has failed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// programStatus takes the program's status from how QEMU has ended. A QEMU that was killed is a
// failure of the tool.
func programStatus(on machine.Machine, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Exited() {
		return err
	}
	return status(machine.ProgramStatus(on.QEMU[0], exit.ExitCode()))
}
